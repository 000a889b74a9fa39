namespace WsCluster.LoadTest.Peers.Sockets;

/// <summary>
/// Bare sockets, one thread, one send for each member and batch: what so many sends cost the kernel. This very program runs it.
/// </summary>
internal sealed class SocketPeer(PeerOptions options) : ClusterPeer(options)
{
    public override string Description =>
        "bare sockets, one process, one thread, one send for each member and batch" + (Options.Batch > 0 ? $" of at most {Options.Batch} messages" : "");

    public override IWireProtocol Protocol { get; } = new PathProtocol(SocketClient.Joined);

    protected override IEnumerable<int> NodePorts => [Options.Port];

    protected override Task StartProcessesAsync(CancellationToken cancellationToken) =>
        StartHosted("sockets", webApplication: false, "sockets", "--port", $"{Options.Port}", "--batch", $"{Options.Batch}")
            .WaitUntilAsync(() => PortCheck.ListensAsync(Options.Port), cancellationToken);
}
