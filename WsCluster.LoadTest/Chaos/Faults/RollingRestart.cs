namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class RollingRestart : IFault
{
    public string Name => "rolling-restart";

    public string Summary => "Each node in turn gets SIGTERM, and another takes its place: never more than one is missing.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        foreach (var node in context.Cluster.Nodes.ToArray())
        {
            await context.Cluster.StopNodeAsync(node, stop);
            await context.Cluster.StartNodeAsync(stop);
        }
    }
}
