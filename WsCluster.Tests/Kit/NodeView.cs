namespace WsCluster.Tests.Kit;

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
