namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class DelayLink : IFault
{
    public string Name => "delay-link";

    public string Summary => "What one node (every third time: all) and Redis tell each other takes 200 to 500 ms longer, for 5 s.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var links = SomeLinks.Choose(context);

        // A byte waits for this long, or twice as long.
        var delay = TimeSpan.FromMilliseconds(context.Random.Next(200, 250));
        links.ForEach(link => link.Delay = delay);
        await Task.Delay(TimeSpan.FromSeconds(5), stop);
        links.ForEach(link => link.Delay = TimeSpan.Zero);
    }
}
