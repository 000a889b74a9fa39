namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class RestartRedis : IFault
{
    public string Name => "restart-redis";

    public string Summary => "SIGKILL for Redis, which is started again a second later on its append-only file.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var redis = context.Cluster.Redis.Master;
        await redis.KillAsync(stop);
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        await redis.StartAsync(master: null, stop);
    }
}
