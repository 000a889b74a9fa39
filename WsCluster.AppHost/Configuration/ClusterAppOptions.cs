using Microsoft.Extensions.Configuration;
using WsCluster.ServiceDefaults;

namespace WsCluster.AppHost.Configuration;

/// <summary>Section <c>Cluster</c>: what the AppHost composes. Both ways of composing read the same options.</summary>
internal sealed record ClusterAppOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Cluster";

    /// <summary>Name of the connection string that beats <see cref="Redis"/>.</summary>
    public const string ConnectionName = "redis";

    /// <summary>More nodes than this on one machine are a typing error.</summary>
    public const int MaxNodes = 64;

    /// <summary>Number of nodes.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>Port of the proxy.</summary>
    public int ProxyPort { get; init; } = 8080;

    /// <summary>Port of the first node; the next node has the next port. Under Aspire the one address in front of all nodes has it.</summary>
    public int NodePort { get; init; } = 8081;

    /// <summary>Where Redis comes from: <c>auto</c>, <c>embedded</c>, <c>container</c>, or a connection string.</summary>
    public RedisSource Redis { get; init; } = RedisSource.Auto;

    /// <summary>The connection string of an external Redis; null for the other sources.</summary>
    public string? RedisConnectionString { get; init; }

    /// <summary>Whether a process that died is started again; the local way alone can do that.</summary>
    public bool Restart { get; init; }

    /// <summary>Reads and checks the options.</summary>
    /// <exception cref="InvalidConfigurationException">An option is wrong; the message names it and says what it takes.</exception>
    public static ClusterAppOptions Read(IConfiguration configuration)
    {
        var section = new OptionReader(configuration, Section);
        section.RejectUnknown([nameof(Nodes), nameof(ProxyPort), nameof(NodePort), nameof(Redis), nameof(Restart)]);

        var defaults = new ClusterAppOptions();
        var nodes = section.Int(nameof(Nodes), defaults.Nodes, 1, MaxNodes);
        var options = new ClusterAppOptions
        {
            Nodes = nodes,
            ProxyPort = section.Int(nameof(ProxyPort), defaults.ProxyPort, 1, 65535),
            NodePort = section.Int(nameof(NodePort), defaults.NodePort, 1, 65536 - nodes),
            Restart = section.Bool(nameof(Restart), defaults.Restart),
        };

        if (options.ProxyPort >= options.NodePort && options.ProxyPort < options.NodePort + options.Nodes)
        {
            throw new InvalidConfigurationException(
                $"{Section}:ProxyPort is {options.ProxyPort}, and the nodes take {options.NodePort} to {options.NodePort + options.Nodes - 1} " +
                $"({Section}:NodePort and {Section}:Nodes). Each process takes a port of its own.");
        }

        return RedisOption.Apply(options, configuration);
    }
}
