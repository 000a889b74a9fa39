using Microsoft.Extensions.Configuration;
using WsCluster.AppHost.Configuration;
using WsCluster.AppHost.Topology;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.AppHost;

/// <summary>The AppHost's configuration as the Aspire way uses it.</summary>
internal sealed class AspireSettings
{
    private readonly Dictionary<string, string> _variables;

    private AspireSettings(IDistributedApplicationBuilder builder, ClusterAppOptions options)
    {
        // A deployment has an environment of its own, and never a developer's rights for everybody.
        var environment = builder.ExecutionContext.IsRunMode ? builder.Environment.EnvironmentName : null;
        _variables = ClusterVariables.Read(builder.Configuration, options, environment);

        Options = options;
        Cluster = builder.Configuration.GetSection(ClusterOptions.Section).Get<ClusterOptions>() ?? new ClusterOptions();
        AccessKey = Take(ClusterVariables.AccessKey);
        SecondaryAccessKey = Take(ClusterVariables.SecondaryAccessKey);
        PublicEndpoints = Take(ClusterVariables.PublicEndpoints);

        // A deployment has standard ports.
        (ProxyPort, NodePort) = builder.ExecutionContext.IsRunMode ? (options.ProxyPort, options.NodePort) : (null as int?, null as int?);
        HasDemo = ClusterVariables.HaveDemo(_variables, environment);
    }

    /// <summary>What the cluster consists of.</summary>
    public ClusterAppOptions Options { get; }

    /// <summary>How the cluster is called in Redis.</summary>
    public ClusterOptions Cluster { get; }

    /// <summary>Variables for nodes and proxy that are neither secret nor depend on another resource.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>The key that signs tokens, if it is configured.</summary>
    public string? AccessKey { get; }

    /// <summary>A second key, if it is configured.</summary>
    public string? SecondaryAccessKey { get; }

    /// <summary>Addresses that tokens may be made out to besides the proxy's, separated by ';'.</summary>
    public string? PublicEndpoints { get; }

    /// <summary>Port of the proxy; null where the platform chooses.</summary>
    public int? ProxyPort { get; }

    /// <summary>Port of the address in front of all nodes; null where the platform chooses.</summary>
    public int? NodePort { get; }

    /// <summary>Whether the proxy shows the demo page.</summary>
    public bool HasDemo { get; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ServiceDefaults.InvalidConfigurationException">An option is wrong.</exception>
    public static AspireSettings Read(IDistributedApplicationBuilder builder)
    {
        var options = ClusterAppOptions.Read(builder.Configuration);
        return options.Restart
            ? throw new ServiceDefaults.InvalidConfigurationException(
                "Cluster:Restart is true, which the local way alone can do (UseAspire=false). Under Aspire leave it out, and start " +
                "a process again from the dashboard.")
            : new AspireSettings(builder, options);
    }

    private string? Take(string name) => _variables.Remove(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}
