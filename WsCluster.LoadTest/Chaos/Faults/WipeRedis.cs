namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class WipeRedis : IFault
{
    public string Name => "wipe-redis";

    public string Summary => "SIGKILL for Redis, which is started again a second later and remembers nothing.";

    public bool MayEndSessions => true;

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var redis = context.Cluster.Redis.Master;
        await redis.KillAsync(stop);
        redis.Wipe();
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        await redis.StartAsync(master: null, stop);
    }
}
