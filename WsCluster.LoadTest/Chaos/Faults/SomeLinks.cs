using WsCluster.LoadTest.Chaos.Links;

namespace WsCluster.LoadTest.Chaos.Faults;

/// <summary>Which links a fault hits.</summary>
internal static class SomeLinks
{
    /// <summary>That of one node; once in three times all, the proxy's too.</summary>
    public static List<FaultLink> Choose(FaultContext context) =>
        context.Random.Next(3) == 0 ? [.. context.Cluster.Links] : [context.AnyNode.Link];
}
