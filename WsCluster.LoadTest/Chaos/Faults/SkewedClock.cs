using WsCluster.LoadTest.Chaos.Servers;

namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class SkewedClock : IFault
{
    public string Name => "skewed-clock";

    public string Summary => "A node is replaced by one whose clock is ten minutes ahead, and that one, 5 s later, by SIGKILL and a right one.";

    public string? Unsuitable(RedisKind redis) => ClockSkew.Missing();

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        await context.Cluster.StopNodeAsync(context.AnyNode, stop);
        var skewed = await context.Cluster.StartNodeAsync(stop, isSkewed: true);
        await Task.Delay(TimeSpan.FromSeconds(5), stop);
        await context.Cluster.KillNodeAsync(skewed, stop);
        await context.Cluster.StartNodeAsync(stop);
    }
}
