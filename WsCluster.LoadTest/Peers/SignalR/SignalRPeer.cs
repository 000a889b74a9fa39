namespace WsCluster.LoadTest.Peers.SignalR;

/// <summary>SignalR with the Redis backplane: this very program runs its nodes.</summary>
internal sealed class SignalRPeer(PeerOptions options) : ClusterPeer(options)
{
    public override string Description => $"SignalR {Environment.Version.Major}, {Options.Nodes} nodes, Redis backplane";

    public override IWireProtocol Protocol { get; } = new SignalRProtocol();

    public override string HealthPath => "/health";

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() => RedisServer.Missing();

    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        await StartRedisAsync(cancellationToken);
        foreach (var (port, process) in NodePorts.Select((port, index) => (port, Start(index, port))).ToArray())
        {
            await process.WaitUntilAsync(() => IsHealthyAsync(port), cancellationToken);
        }
    }

    private ServerProcess Start(int index, int port) => StartHosted(
        $"signalr-{index + 1}", webApplication: true, "signalr", "--urls", $"http://127.0.0.1:{port}", "--redis", $"127.0.0.1:{RedisPort}");
}
