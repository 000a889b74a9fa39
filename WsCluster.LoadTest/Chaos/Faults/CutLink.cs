namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class CutLink : IFault
{
    public string Name => "cut-link";

    public string Summary => "The connections of one node to Redis are reset, and new ones refused, for 3 or 6 s; of all nodes every third time.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var links = SomeLinks.Choose(context);

        // So that there are answers under way which the cut takes along: Redis has done what the node does not know of.
        links.ForEach(link => link.Delay = TimeSpan.FromMilliseconds(50));
        await Task.Delay(TimeSpan.FromMilliseconds(300), stop);
        links.ForEach(link => link.Cut());
        links.ForEach(link => link.Delay = TimeSpan.Zero);

        // In the longer one half of the clients lose patience, and recover while an answer of Redis to what they sent may be lost.
        await Task.Delay(TimeSpan.FromSeconds(context.Random.Next(2) == 0 ? 3 : 6), stop);
        links.ForEach(link => link.Open());
    }
}
