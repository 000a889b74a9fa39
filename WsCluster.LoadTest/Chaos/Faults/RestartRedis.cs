using WsCluster.LoadTest.Chaos.Servers;

namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class RestartRedis : IFault
{
    public string Name => "restart-redis";

    public string Summary => "SIGKILL for Redis, which is started again a second later on its append-only file.";

    /// <summary>
    /// After a SIGKILL Garnet 2.2.8 (append-only file, commit-wait) came back without messages that nodes had already got through their
    /// inboxes, and clients that may have seen them were closed with 1008. redis-server writes before it answers or publishes.
    /// </summary>
    public bool MayEndSessionsOn(RedisKind redis) => redis == RedisKind.Garnet;

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var redis = context.Cluster.Redis.Master;
        await redis.KillAsync(stop);
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        await redis.StartAsync(master: null, stop);
    }
}
