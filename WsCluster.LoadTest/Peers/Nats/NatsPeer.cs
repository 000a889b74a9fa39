using System.Diagnostics;
using System.Text.Json;

namespace WsCluster.LoadTest.Peers.Nats;

/// <summary>A cluster of nats-server with WebSocket listeners. It needs no Redis: the servers talk to each other.</summary>
internal sealed class NatsPeer(PeerOptions options) : ClusterPeer(options)
{
    private const string Program = "nats-server";

    public override string Description => $"nats-server, {Options.Nodes} nodes, WebSocket listener";

    public override IWireProtocol Protocol { get; } = new NatsProtocol();

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() => ProgramFiles.Missing(Program, "apt-get install nats-server");

    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        var indices = Enumerable.Range(0, Options.Nodes).ToArray();
        var processes = indices.Select(Start).ToArray();
        foreach (var index in indices)
        {
            await processes[index].WaitUntilAsync(() => SeesAllAsync(index), cancellationToken);
        }
    }

    private int RoutePort(int index) => Options.Port + 2 * PeerOptions.MaxNodes + index;

    private int MonitorPort(int index) => Options.Port + 3 * PeerOptions.MaxNodes + index;

    private ServerProcess Start(int index)
    {
        var routes = string.Join(", ", Enumerable.Range(0, Options.Nodes).Where(other => other != index)
            .Select(other => $"\"nats://127.0.0.1:{RoutePort(other)}\""));
        var file = Path.Combine(TemporaryFolder.FullName, $"node-{index + 1}.conf");

        // The plain listener's port is not used by anybody; -1 lets the system choose it.
        File.WriteAllText(file, $$"""
            server_name: "node-{{index + 1}}"
            listen: "127.0.0.1:-1"
            http: "127.0.0.1:{{MonitorPort(index)}}"
            websocket { listen: "127.0.0.1:{{Options.Port + index}}", no_tls: true }
            cluster { name: "load", listen: "127.0.0.1:{{RoutePort(index)}}", routes: [{{routes}}] }
            """);
        return Add(ServerProcess.Start($"nats-{index + 1}", ProcessRole.Node, new ProcessStartInfo(ProgramFiles.Find(Program)!, ["-c", file])));
    }

    private async Task<bool> SeesAllAsync(int index)
    {
        using var answer = JsonDocument.Parse(await Http.GetStringAsync($"http://127.0.0.1:{MonitorPort(index)}/routez"));
        return answer.RootElement.GetProperty("num_routes").GetInt32() >= Options.Nodes - 1;
    }
}
