using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Proxy.Demo.Status;

/// <summary>The cluster at one moment, as the page draws it. Times are milliseconds since the epoch.</summary>
internal sealed record ClusterStatus(long Time, RedisStatus Redis, ProxyStatus Proxy, IEnumerable<NodeStatus> Nodes);

/// <param name="Available">Whether Redis answered when it was asked last; while it does not, nodes are those known last.</param>
internal sealed record RedisStatus(bool Available);

/// <param name="StartedAt">Start of the process.</param>
/// <param name="MemoryBytes">Resident memory.</param>
/// <param name="CpuPercent">CPU used in the last second, percent of one core.</param>
/// <param name="Pages">Status streams that are open.</param>
internal sealed record ProxyStatus(long StartedAt, long MemoryBytes, double CpuPercent, int Pages);

/// <summary>A node: its record in the registry, flat.</summary>
internal sealed record NodeStatus(
    string Id,
    string Address,
    NodeState State,
    long StartedAt,
    long LeaseRemainingMs,
    int Connections,
    double MessagesPerSecond,
    double DeliveriesPerSecond,
    long InboxMessages,
    long MemoryBytes,
    double CpuPercent,
    IReadOnlyDictionary<string, int> Hubs)
{
    /// <param name="live">The node when the registry was read.</param>
    /// <param name="age">How long ago that was.</param>
    public static NodeStatus Of(LiveNode live, TimeSpan age)
    {
        var (node, load) = (live.Node, live.Node.Load ?? new NodeLoad());
        return new NodeStatus(
            node.NodeId,
            node.Address,
            node.State,
            node.StartedAt.ToUnixTimeMilliseconds(),
            Math.Max(0, (long)(live.LeaseRemaining - age).TotalMilliseconds),
            load.Connections,
            load.MessagesPerSecond,
            load.DeliveriesPerSecond,
            load.InboxMessages,
            load.MemoryBytes,
            load.CpuPercent,
            node.Hubs ?? new Dictionary<string, int>());
    }
}
