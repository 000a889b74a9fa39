namespace WsCluster.Tests.Kit;

/// <summary>The answer of <c>GET /cluster</c>.</summary>
public sealed record ClusterView(IReadOnlyList<NodeView> Nodes, IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Hubs)
{
    /// <summary>A node, or null.</summary>
    public NodeView? Find(string nodeId) => Nodes.FirstOrDefault(node => node.NodeId == nodeId);

    /// <summary>Nodes that take clients.</summary>
    public int ReadyCount => Nodes.Count(node => node.State == "ready");
}
