namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class KillNode : IFault
{
    public string Name => "kill-node";

    public string Summary => "SIGKILL for a node; a new one two seconds later.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        await context.Cluster.KillNodeAsync(context.AnyNode, stop);
        await Task.Delay(TimeSpan.FromSeconds(2), stop);
        await context.Cluster.StartNodeAsync(stop);
    }
}
