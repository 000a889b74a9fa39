using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace WsCluster.LoadTest.Peers.WsCluster;

/// <summary>WsCluster itself: redis-server and nodes, and the proxy if it is that variant.</summary>
internal sealed class WsClusterPeer(PeerOptions options, WsClusterVariant variant = WsClusterVariant.Plain) : ClusterPeer(options)
{
    private const string Node = "WsCluster.Server";
    private const string Proxy = "WsCluster.Proxy";

    public override string Description =>
        $"WsCluster {FileVersionInfo.GetVersionInfo(ProgramFiles.OfProject(Node)).ProductVersion}, {Options.Nodes} nodes, redis-server"
        + variant switch { WsClusterVariant.Proxy => ", through the proxy", WsClusterVariant.Deflate => ", permessage-deflate", WsClusterVariant.Reliable => ", reliable subprotocol", _ => "" };

    public override IReadOnlyList<EndPoint> Endpoints =>
        variant == WsClusterVariant.Proxy ? [new IPEndPoint(IPAddress.Loopback, ProxyPort)] : base.Endpoints;

    public override IWireProtocol Protocol { get; } = new WebPubSubProtocol("/client/hubs/load", compressed: variant == WsClusterVariant.Deflate, reliable: variant == WsClusterVariant.Reliable);

    public override string HealthPath => "/health";

    private int ProxyPort => RedisPort + 1;

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() => NotBuilt(Node) ?? RedisServer.Missing();

    /// <summary>What it lacks when clients are to connect through the proxy.</summary>
    public static string? MissingForProxy() => Missing() ?? NotBuilt(Proxy);

    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        await StartRedisAsync(cancellationToken);
        var nodes = NodePorts.Select((port, index) => (Port: port, Process: Start($"node-{index + 1}", ProcessRole.Node, Node, port))).ToArray();
        foreach (var (port, process) in nodes)
        {
            await process.WaitUntilAsync(() => SeesAllAsync(port), cancellationToken);
        }

        if (variant == WsClusterVariant.Proxy)
        {
            var proxy = Start("proxy", ProcessRole.Proxy, Proxy, ProxyPort);
            await proxy.WaitUntilAsync(() => SeesAllAsync(ProxyPort), cancellationToken);
        }
    }

    private static string? NotBuilt(string project) => File.Exists(ProgramFiles.OfProject(project))
        ? null
        : $"{project} is not built: dotnet build {project} -c {Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(ProgramFiles.Self)))}";

    private ServerProcess Start(string name, ProcessRole role, string project, int port)
    {
        var start = ClusterProgram.StartInfo(project, port, RedisPort);
        start.Environment["WsCluster__DrainWindow"] = "00:00:00"; // They are stopped one after the other, when all is measured.
        start.Environment["WsCluster__AllowAnonymous"] = "true";
        start.Environment["WsCluster__Compression"] = variant == WsClusterVariant.Deflate ? "true" : "false";
        start.Environment["WsCluster__AnonymousRoles"] = "webpubsub.joinLeaveGroup;webpubsub.sendToGroup";
        return Add(ServerProcess.Start(name, role, start));
    }

    /// <summary>Whether all nodes take clients, as a node or the proxy sees it.</summary>
    private async Task<bool> SeesAllAsync(int port)
    {
        using var answer = await Http.GetAsync($"http://127.0.0.1:{port}/cluster");
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return false;
        }

        using var cluster = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return cluster.RootElement.GetProperty("nodes").EnumerateArray().Count(node => node.GetProperty("state").GetString() == "ready") == Options.Nodes;
    }
}
