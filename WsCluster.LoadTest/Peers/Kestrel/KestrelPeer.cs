namespace WsCluster.LoadTest.Peers.Kestrel;

/// <summary>
/// A bare Kestrel process: what WebSockets on .NET cost without a cluster, a protocol and guarantees. This very program runs it.
/// </summary>
internal sealed class KestrelPeer(PeerOptions options) : ClusterPeer(options)
{
    public override string Description => $"Kestrel {Environment.Version.Major}, one process, a write of shared frames for each member and batch";

    public override IWireProtocol Protocol { get; } = new PathProtocol(MemberGroup.Joined);

    public override string HealthPath => "/health";

    protected override IEnumerable<int> NodePorts => [Options.Port];

    protected override Task StartProcessesAsync(CancellationToken cancellationToken) =>
        StartHosted("kestrel", webApplication: true, "kestrel", "--port", $"{Options.Port}")
            .WaitUntilAsync(() => IsHealthyAsync(Options.Port), cancellationToken);
}
