namespace WsCluster.Tests.Kit;

/// <summary>The answer of <c>GET /cluster</c>.</summary>
public sealed record ClusterView(IReadOnlyList<NodeView> Nodes, IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Hubs)
{
    /// <summary>A node, or null.</summary>
    public NodeView? Find(string nodeId) => Nodes.FirstOrDefault(node => node.NodeId == nodeId);

    /// <summary>Nodes that take clients.</summary>
    public int ReadyCount => Nodes.Count(node => node.State == "ready");
}

/// <summary>A node in <see cref="ClusterView"/>.</summary>
public sealed record NodeView(
    string NodeId,
    int Generation,
    string Address,
    string State,
    DateTimeOffset StartedAt,
    double LeaseRemainingMs,
    LoadView Load,
    IReadOnlyDictionary<string, int> Hubs);

/// <summary>A node's last report of its load.</summary>
public sealed record LoadView(
    int Connections,
    double DeliveriesPerSecond,
    double MessagesPerSecond,
    long InboxMessages,
    long MemoryBytes,
    double CpuPercent);
