using WsCluster.LoadTest.Chaos.Servers;

namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class PromoteReplica : IFault
{
    /// <summary>What was acknowledged in that time is gone with the master.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(500);

    public string Name => "promote-replica";

    public string Summary => "A replica that lags half a second behind takes the place of Redis, which is killed.";

    public bool MayEndSessions => true;

    public string? Unsuitable(RedisKind redis) => redis == RedisKind.Garnet ? "Garnet replicates as a cluster only" : null;

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        await context.Cluster.Redis.StartReplicaAsync(stop);
        context.Cluster.Redis.PauseReplication();
        await Task.Delay(Lag, stop);
        await context.Cluster.Redis.PromoteReplicaAsync(stop);
        context.Cluster.FollowMaster();
    }
}
