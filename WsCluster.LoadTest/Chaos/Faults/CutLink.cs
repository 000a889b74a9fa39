namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class CutLink : IFault
{
    public string Name => "cut-link";

    public string Summary => "The connections of one node to Redis are reset, and new ones refused, for 3 s; of all nodes every third time.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var links = SomeLinks.Choose(context);
        links.ForEach(link => link.Cut());
        await Task.Delay(TimeSpan.FromSeconds(3), stop);
        links.ForEach(link => link.Open());
    }
}
