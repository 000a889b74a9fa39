namespace WsCluster.LoadTest.Chaos.Faults;

/// <summary>Everything that can be done to a cluster.</summary>
internal static class FaultCatalog
{
    public static readonly IReadOnlyList<IFault> All =
    [
        new KillNode(), new PauseNode(), new RestartRedis(), new PauseRedis(), new KillPubSub(), new CutLink(), new DelayLink(), new HalfOpenLink(),
        new PromoteReplica(), new FlushAll(), new WipeRedis(), new RollingRestart(), new KillProxy(), new DeafClient(), new SkewedClock(), new Scale(),
    ];
}
