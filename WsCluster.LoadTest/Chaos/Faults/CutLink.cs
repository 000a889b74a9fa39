namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class CutLink : IFault
{
    public string Name => "cut-link";

    public string Summary => "The connections of one node to Redis are reset, and new ones refused, for 3 or 6 s; of all nodes every third time.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var links = SomeLinks.Choose(context);
        links.ForEach(link => link.Cut());

        // In the longer one half of the clients lose patience, and recover while an answer of Redis to what they sent may be lost.
        await Task.Delay(TimeSpan.FromSeconds(context.Random.Next(2) == 0 ? 3 : 6), stop);
        links.ForEach(link => link.Open());
    }
}
