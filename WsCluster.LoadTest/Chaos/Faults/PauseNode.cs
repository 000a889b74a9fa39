namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class PauseNode : IFault
{
    /// <summary>Longer than the lease (5 s): the others declare it dead, and then it goes on where it was.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    public string Name => "pause-node";

    public string Summary => "SIGSTOP for a node, SIGCONT 8 s later: it was declared dead meanwhile.";

    public Task InjectAsync(FaultContext context, CancellationToken stop) => Pause.ForAsync(context.AnyNode.Process.Send, Length, stop);
}
