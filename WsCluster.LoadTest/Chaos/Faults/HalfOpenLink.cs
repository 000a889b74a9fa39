namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class HalfOpenLink : IFault
{
    public string Name => "half-open-link";

    public string Summary => "One node (every third time: all) and Redis stay connected for 8 s, and nothing comes through; then the connections are reset.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var links = SomeLinks.Choose(context);
        links.ForEach(link => link.Hold());
        await Task.Delay(TimeSpan.FromSeconds(8), stop);
        links.ForEach(link => link.Reset());
        links.ForEach(link => link.Open());
    }
}
