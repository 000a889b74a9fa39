namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class Scale : IFault
{
    private const int Most = 5;

    public string Name => "scale";

    public string Summary => "All nodes but one get SIGTERM, then there are five, then as many as before.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var before = context.Cluster.Nodes.Count;
        foreach (var count in new[] { 1, Most, before })
        {
            await ToAsync(context, count, stop);
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
        }
    }

    private static async Task ToAsync(FaultContext context, int count, CancellationToken stop)
    {
        while (context.Cluster.Nodes.Count > count)
        {
            await context.Cluster.StopNodeAsync(context.Cluster.Nodes[0], stop);
        }

        while (context.Cluster.Nodes.Count < count)
        {
            await context.Cluster.StartNodeAsync(stop);
        }
    }
}
