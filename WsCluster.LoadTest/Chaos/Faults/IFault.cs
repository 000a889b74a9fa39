using WsCluster.LoadTest.Chaos.Servers;

namespace WsCluster.LoadTest.Chaos.Faults;

/// <summary>Something that goes wrong with a cluster, and is put right again.</summary>
internal interface IFault
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    string Summary { get; }

    /// <summary>Whether it may cost clients their session, because what Redis had acknowledged is gone. Otherwise nobody may lose it.</summary>
    bool MayEndSessions => false;

    /// <summary>The same with a certain Redis.</summary>
    bool MayEndSessionsOn(RedisKind redis) => MayEndSessions;

    /// <summary>Why it can't be done on this machine or with this Redis; null if it can.</summary>
    string? Unsuitable(RedisKind redis) => null;

    /// <summary>Does it, and undoes it. When this ends everything runs again, though the cluster may not have recovered yet.</summary>
    Task InjectAsync(FaultContext context, CancellationToken stop);
}
