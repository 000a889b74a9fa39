using System.Collections.Immutable;

namespace WsCluster.ServiceDefaults.Cluster;

/// <summary>A node with what was left of its lease when the registry was read.</summary>
/// <param name="Node">Its record.</param>
/// <param name="LeaseRemaining">Time left, by Redis's clock.</param>
public sealed record LiveNode(NodeRecord Node, TimeSpan LeaseRemaining);

/// <summary>The registry as it was at one moment.</summary>
/// <param name="Nodes">Nodes that hold their lease, ordered by start.</param>
/// <param name="Expired">Inboxes of dead nodes that nobody has claimed for clean-up, or whose claimant did not finish in time.</param>
public sealed record ClusterSnapshot(ImmutableArray<LiveNode> Nodes, ImmutableArray<string> Expired)
{
    /// <summary>Inboxes that are being cleaned up → the inbox of whoever does it: another node's, or its own if the node left in order.</summary>
    public ImmutableDictionary<string, string> Claimed { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>No nodes at all.</summary>
    public static ClusterSnapshot Empty { get; } = new([], []);

    /// <summary>The node with an id, or null.</summary>
    public NodeRecord? Find(string nodeId)
    {
        foreach (var live in Nodes)
        {
            if (live.Node.NodeId == nodeId)
            {
                return live.Node;
            }
        }

        return null;
    }

    /// <summary>Time until the first lease runs out; null without nodes.</summary>
    public TimeSpan? FirstExpiry => Nodes.IsEmpty ? null : Nodes.Min(live => live.LeaseRemaining);
}
