using Microsoft.Extensions.Configuration;
using WsCluster.AppHost.Configuration;

namespace WsCluster.AppHost.Topology;

/// <summary>The cluster's processes as the local way starts them, with everything that they learn from it.</summary>
internal sealed class ClusterTopology
{
    private const string ResourceAttributes = "OTEL_RESOURCE_ATTRIBUTES";

    private readonly Dictionary<string, string> _common;
    private readonly string? _resourceAttributes;

    private ClusterTopology(ClusterAppOptions options, Dictionary<string, string> common, bool demo, string? resourceAttributes)
    {
        Options = options;
        DemoPage = demo ? AddressOf(options.ProxyPort) : null;
        _common = common;
        _resourceAttributes = resourceAttributes;
    }

    /// <summary>What the cluster consists of.</summary>
    public ClusterAppOptions Options { get; }

    /// <summary>Where the demo page is; null if it is off.</summary>
    public Uri? DemoPage { get; }

    /// <summary>The connection string that the SDKs for servers take; they make the tokens for clients.</summary>
    public string ClientConnectionString =>
        $"Endpoint=http://localhost:{Options.ProxyPort};AccessKey={_common[ClusterVariables.AccessKey]};Version=1.0;";

    /// <summary>How long the processes may take to stop; a node takes the longest.</summary>
    public TimeSpan StopTime => NodeStopTime.Of(_common);

    /// <summary>Reads the topology from the AppHost's configuration.</summary>
    /// <param name="configuration">The AppHost's configuration.</param>
    /// <param name="environment">Name of the environment, for example <c>Development</c>.</param>
    /// <exception cref="WsCluster.ServiceDefaults.InvalidConfigurationException">An option is wrong.</exception>
    public static ClusterTopology Read(IConfiguration configuration, string environment)
    {
        var options = ClusterAppOptions.Read(configuration);
        var common = ClusterVariables.Read(configuration, options, environment);
        LocalVariables.Add(common, options.ProxyPort);
        return new ClusterTopology(options, common, ClusterVariables.HaveDemo(common, environment), configuration[ResourceAttributes]);
    }

    /// <summary>The proxy and the nodes, in the order in which people read them.</summary>
    /// <param name="redisConnectionString">The Redis that they share; not known before an embedded one has its port.</param>
    public IReadOnlyList<ProcessPlan> Plan(string redisConnectionString) =>
    [
        Plan("proxy", "WsCluster.Proxy", "wscluster-proxy", Options.ProxyPort, nameof(ClusterAppOptions.ProxyPort), redisConnectionString),
        .. Enumerable.Range(0, Options.Nodes).Select(index => Plan(
            $"node-{index + 1}", "WsCluster.Server", "wscluster-server", Options.NodePort + index, nameof(ClusterAppOptions.NodePort),
            redisConnectionString)),
    ];

    private ProcessPlan Plan(string name, string program, string service, int port, string option, string redisConnectionString)
    {
        var address = AddressOf(port);
        var instance = $"service.instance.id={name}";
        var variables = new Dictionary<string, string>(_common, StringComparer.OrdinalIgnoreCase)
        {
            [$"ConnectionStrings__{ClusterAppOptions.ConnectionName}"] = redisConnectionString,
            ["ASPNETCORE_URLS"] = address.GetLeftPart(UriPartial.Authority),
            ["OTEL_SERVICE_NAME"] = service,
            [ResourceAttributes] = string.IsNullOrWhiteSpace(_resourceAttributes) ? instance : $"{_resourceAttributes},{instance}",
        };
        return new ProcessPlan(name, program, address, $"{ClusterAppOptions.Section}:{option}", variables);
    }

    private static Uri AddressOf(int port) => new($"http://localhost:{port}");
}
