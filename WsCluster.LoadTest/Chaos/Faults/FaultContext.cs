using WsCluster.LoadTest.Chaos.Servers;

namespace WsCluster.LoadTest.Chaos.Faults;

/// <summary>What faults are done to.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Random">Chooses whom they hit.</param>
/// <param name="HubUrl">Makes the address at which a user is in groups from the start.</param>
/// <param name="Groups">All groups.</param>
internal sealed record FaultContext(ChaosCluster Cluster, Random Random, Func<string, string[], Uri> HubUrl, IReadOnlyList<string> Groups)
{
    /// <summary>One of the nodes.</summary>
    public ChaosNode AnyNode => Cluster.Nodes[Random.Next(Cluster.Nodes.Count)];
}
