using WsCluster.ServiceDefaults.Cluster;
using Yarp.ReverseProxy.Configuration;

namespace WsCluster.Proxy.Nodes;

/// <summary>
/// Gives YARP the nodes of the registry that take clients. A node that drains or dies stops being a destination: newcomers go
/// elsewhere, while connections that run through this proxy keep theirs.
/// </summary>
internal sealed partial class NodeConfigProvider : IProxyConfigProvider
{
    private readonly ILogger<NodeConfigProvider> _logger;
    private volatile NodeConfig _current;

    public NodeConfigProvider(ClusterWatcher watcher, ILogger<NodeConfigProvider> logger)
    {
        _logger = logger;
        _current = new NodeConfig(ReadyNodes(watcher.Current));
        watcher.Read += Update;
    }

    /// <summary>Nodes that get clients: id → address.</summary>
    public IReadOnlyDictionary<string, string> Nodes => _current.Addresses;

    public IProxyConfig GetConfig() => _current;

    /// <summary>Takes over a new state of the registry. Most reads change nothing but loads, and must cost YARP nothing.</summary>
    internal void Update(ClusterSnapshot snapshot)
    {
        var nodes = ReadyNodes(snapshot);
        var old = _current;
        if (old.IsFor(nodes))
        {
            return;
        }

        Log.NodesChanged(_logger, nodes.Count, string.Join(", ", nodes.Select(node => $"{node.Key} at {node.Value}")));
        _current = new NodeConfig(nodes);
        old.Replace();
    }

    private Dictionary<string, string> ReadyNodes(ClusterSnapshot snapshot)
    {
        var nodes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

        // The later generation of a node speaks for it, for as long as both hold a lease.
        foreach (var node in snapshot.Nodes.Select(live => live.Node).OrderBy(node => node.Generation))
        {
            if (string.IsNullOrEmpty(node.NodeId))
            {
                continue;
            }

            nodes.Remove(node.NodeId);
            if (node.State != NodeState.Ready)
            {
                continue;
            }

            // YARP refuses a configuration as a whole: one bad record must not keep the good ones out.
            if (Uri.TryCreate(node.Address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
            {
                nodes[node.NodeId] = node.Address;
            }
            else
            {
                Log.BadAddress(_logger, node.NodeId, node.Address);
            }
        }

        return nodes;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Count} nodes take clients: {Nodes}")]
        public static partial void NodesChanged(ILogger logger, int count, string nodes);

        [LoggerMessage(LogLevel.Warning, "Node {NodeId} advertises '{Address}', which is no http or https address; it gets no clients.")]
        public static partial void BadAddress(ILogger logger, string nodeId, string? address);
    }
}
