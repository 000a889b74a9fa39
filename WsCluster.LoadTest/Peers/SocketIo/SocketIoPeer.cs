using System.Diagnostics;

namespace WsCluster.LoadTest.Peers.SocketIo;

/// <summary>Socket.IO with the Redis adapter, a Node.js process for each node, WebSocket only.</summary>
internal sealed class SocketIoPeer(PeerOptions options) : ClusterPeer(options)
{
    private const string Program = "node";

    private static readonly NpmFolder Npm = new("Peers/SocketIo");

    public override string Description => $"Socket.IO 4, {Options.Nodes} nodes, Redis adapter, WebSocket only";

    public override IWireProtocol Protocol { get; } = new SocketIoProtocol();

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() =>
        ProgramFiles.Missing(Program, "apt-get install nodejs npm") ?? RedisServer.Missing() ?? Npm.Missing("socket.io/package.json");

    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        await StartRedisAsync(cancellationToken);
        foreach (var (port, process) in NodePorts.Select((port, index) => (port, Start(index, port))).ToArray())
        {
            await process.WaitUntilAsync(() => IsHealthyAsync(port), cancellationToken);
        }
    }

    private ServerProcess Start(int index, int port)
    {
        var start = new ProcessStartInfo(
            ProgramFiles.Find(Program)!, [Npm.File("server.js"), $"{port}", $"{RedisPort}", $"{Options.Nodes}"]);
        CleanEnvironment.Apply(start);
        start.Environment["NODE_ENV"] = "production";
        return Add(ServerProcess.Start($"socketio-{index + 1}", ProcessRole.Node, start));
    }
}
