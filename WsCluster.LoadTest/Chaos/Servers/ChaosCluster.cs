using System.Security.Cryptography;
using WsCluster.LoadTest.Chaos.Links;
using WsCluster.LoadTest.Peers;
using WsCluster.LoadTest.Peers.WsCluster;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>A WsCluster of real processes that faults can be done to. Each process has a link of its own to Redis.</summary>
internal sealed partial class ChaosCluster : IAsyncDisposable
{
    /// <summary>Ports that it takes, from the first one on: nodes, proxy, two for Redis.</summary>
    public const int PortCount = NodePorts + 3;

    /// <summary>Most nodes at once; their ports are used in turn, since a new node is not the one before.</summary>
    public const int MaxNodes = 8;

    private const int NodePorts = 2 * MaxNodes;
    private const string Node = "WsCluster.Server";
    private const string ProxyProject = "WsCluster.Proxy";

    private readonly ChaosOptions _options;
    private readonly LogBook _log;
    private readonly List<ChaosNode> _nodes = [];
    private ChaosNode? _proxy;
    private int _started;

    public ChaosCluster(ChaosOptions options, LogBook log)
    {
        (_options, _log) = (options, log);
        Redis = new ChaosRedis(options.Redis, options.Port + NodePorts + 1, log.Add);
    }

    /// <summary>Signs the clients' tokens.</summary>
    public string AccessKey { get; } = RandomNumberGenerator.GetHexString(64);

    public ChaosRedis Redis { get; }

    /// <summary>The nodes that run, oldest first.</summary>
    public IReadOnlyList<ChaosNode> Nodes => _nodes;

    public int ProxyPort => _options.Port + NodePorts;

    /// <summary>All links to Redis, the proxy's included.</summary>
    public IEnumerable<FaultLink> Links => _nodes.Append(_proxy!).Select(node => node.Link);

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing(RedisKind redis) =>
        NotBuilt(Node) ?? NotBuilt(ProxyProject) ?? (redis == RedisKind.Redis ? RedisServer.Missing() : null);

    /// <summary>Starts everything, and waits until it takes clients.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        PortCheck.Require(_options.Port, PortCount);
        await Redis.StartAsync(stop);
        for (var i = 0; i < _options.Nodes; i++)
        {
            Launch(isSkewed: false);
        }

        _proxy = Start("proxy", ProcessRole.Proxy, ProxyProject, ProxyPort, isSkewed: false);
        await WaitUntilHealthyAsync(stop);
    }

    /// <summary>Starts another node, and waits until it takes clients.</summary>
    public async Task<ChaosNode> StartNodeAsync(CancellationToken stop, bool isSkewed = false)
    {
        var node = Launch(isSkewed);
        await node.Process.WaitUntilAsync(() => IsReadyAsync(node), stop);
        return node;
    }

    /// <summary>SIGTERM, and waits until the node has let go of its clients and ended.</summary>
    public async Task StopNodeAsync(ChaosNode node, CancellationToken stop)
    {
        _nodes.Remove(node);
        var code = await node.Process.TerminateAsync(StopLimit, stop);
        await node.DisposeAsync();
        if (code != 0)
        {
            throw new PeerFailedException($"{node.Name} ended with code {code} after SIGTERM. It wrote:\n{node.Process.LastLines}");
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillNodeAsync(ChaosNode node, CancellationToken stop)
    {
        _nodes.Remove(node);
        await node.Process.KillAsync(stop);
        await node.DisposeAsync();
    }

    /// <summary>SIGKILL for the proxy, and a new one.</summary>
    public async Task ReplaceProxyAsync(CancellationToken stop)
    {
        await _proxy!.Process.KillAsync(stop);
        await _proxy.DisposeAsync();
        _proxy = Start("proxy", ProcessRole.Proxy, ProxyProject, ProxyPort, isSkewed: false);
        await _proxy.Process.WaitUntilAsync(() => AnswersAsync(ProxyPort), stop);
    }

    /// <summary>Everybody's Redis is the master from now on.</summary>
    public void FollowMaster()
    {
        foreach (var link in Links)
        {
            link.UpstreamPort = Redis.Master.Port;
            link.Reset();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        // Nodes before Redis: while they stop they may still want it.
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        await Redis.DisposeAsync();
    }

    private static string? NotBuilt(string project) =>
        File.Exists(ProgramFiles.OfProject(project)) ? null : $"{project} is not built: dotnet build WsCluster.sln";

    private ChaosNode Launch(bool isSkewed)
    {
        var number = ++_started;
        var port = Enumerable.Range(0, NodePorts).Select(i => _options.Port + ((number - 1 + i) % NodePorts)).First(port => _nodes.All(node => node.Port != port));
        var node = Start($"node-{number}", ProcessRole.Node, Node, port, isSkewed);
        _nodes.Add(node);
        return node;
    }

    private ChaosNode Start(string name, ProcessRole role, string project, int port, bool isSkewed)
    {
        var link = new FaultLink(Redis.Master.Port);
        var start = ClusterProgram.StartInfo(project, port, link.Port);
        start.Environment["WsCluster__DrainWindow"] = "00:00:03"; // A node that stops has clients for a while, and not for 20 s in each round.
        start.Environment["WsCluster__AccessKey"] = AccessKey;
        start.Environment["WsCluster__PublicEndpoints"] = $"http://127.0.0.1:{ProxyPort}";
        if (isSkewed)
        {
            ClockSkew.Apply(start);
        }

        return new ChaosNode(name, port, ServerProcess.Start(name, role, start, line => _log.Add(name, line)), link);
    }
}
