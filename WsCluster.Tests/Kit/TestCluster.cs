using System.Net;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Tests.Kit;

/// <summary>A cluster of real processes: one Redis, N nodes and, if asked for, a proxy.</summary>
public sealed class TestCluster : ICluster
{
    /// <summary>Tokens are made out to this address, whatever node or proxy they are used on.</summary>
    public const string PublicEndpoint = "http://wscluster.test";

    private static int _lastHub;

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly List<NodeProcess> _nodes = [];
    private readonly List<ChildProcess> _processes = [];
    private readonly Dictionary<ChildProcess, int> _marks = [];
    private ProxyProcess? _proxy;

    private TestCluster(TestRedis redis, IReadOnlyDictionary<string, string> settings)
    {
        Redis = redis;
        _settings = settings;
    }

    /// <inheritdoc/>
    public TestRedis Redis { get; }

    /// <summary>Nodes that run.</summary>
    public IReadOnlyList<NodeProcess> Nodes => _nodes.Where(node => !node.HasExited).ToArray();

    /// <summary>Whether a process has ended that should not have: a shared cluster is replaced then.</summary>
    public bool IsDamaged => _nodes.Any(node => node.HasExited) || _proxy is { HasExited: true };

    /// <summary>The proxy.</summary>
    public ProxyProcess Proxy => _proxy ?? throw new InvalidOperationException("This cluster has no proxy.");

    IReadOnlyList<INode> ICluster.Nodes => Nodes;

    IWebServer ICluster.Proxy => Proxy;

    /// <inheritdoc/>
    public ClusterKeys Keys { get; } = new("default");

    /// <summary>Starts a cluster and waits until every node sees all nodes.</summary>
    /// <param name="redis">Its Redis; the cluster disposes it.</param>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="proxy">Whether there is a proxy.</param>
    /// <param name="settings">More environment variables for the nodes.</param>
    /// <param name="proxySettings">More environment variables for the proxy.</param>
    public static async Task<TestCluster> StartAsync(
        TestRedis redis,
        int nodes = 3,
        bool proxy = false,
        IReadOnlyDictionary<string, string>? settings = null,
        IReadOnlyDictionary<string, string>? proxySettings = null)
    {
        var cluster = new TestCluster(redis, settings ?? new Dictionary<string, string>());
        try
        {
            if (proxy)
            {
                cluster._proxy = cluster.Add(ProxyProcess.Start("proxy", new Dictionary<string, string>(proxySettings ?? new Dictionary<string, string>())
                {
                    ["ConnectionStrings__redis"] = redis.ConnectionString,
                }));
                await cluster._proxy.WaitForAddressAsync(); // The nodes have to know it: tokens are made out to it.
            }

            var started = Enumerable.Range(0, nodes).Select(_ => cluster.StartNode()).ToArray();
            await Task.WhenAll(started.Select(node => node.WaitForReadyAsync()));
            await cluster.WaitForNodesAsync(nodes);
            return cluster;
        }
        catch (Exception exception)
        {
            var logs = cluster.Logs();
            await cluster.DisposeAsync();
            throw new InvalidOperationException($"The cluster did not start.\n{logs}", exception);
        }
    }

    /// <summary>Adds a node and waits until everyone sees it.</summary>
    /// <param name="settings">More environment variables for this node.</param>
    public async Task<NodeProcess> AddNodeAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var node = StartNode(settings);
        await node.WaitForReadyAsync();
        await WaitForNodesAsync(Nodes.Count);
        return node;
    }

    /// <summary>Starts a node without waiting for it.</summary>
    /// <param name="settings">More environment variables for this node.</param>
    public NodeProcess StartNode(IReadOnlyDictionary<string, string>? settings = null)
    {
        var endpoints = _proxy is null ? PublicEndpoint : $"{PublicEndpoint};{_proxy.Address.GetLeftPart(UriPartial.Authority)}";
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__redis"] = Redis.ConnectionString,
            ["WsCluster__AccessKey"] = AccessTokens.AccessKey,
            ["WsCluster__SecondaryAccessKey"] = AccessTokens.SecondaryAccessKey,
            ["WsCluster__PublicEndpoints"] = endpoints,
            ["WsCluster__DrainWindow"] = "00:00:00", // Most tests stop nodes to be rid of them.
        };
        foreach (var (name, value) in _settings.Concat(settings ?? new Dictionary<string, string>()))
        {
            environment[name] = value;
        }

        var node = Add(NodeProcess.Start($"node-{_nodes.Count + 1}", environment));
        _nodes.Add(node);
        return node;
    }

    /// <summary>Waits until every running node sees so many ready nodes, and no others; a proxy must have some.</summary>
    public async Task WaitForNodesAsync(int count)
    {
        foreach (var node in Nodes)
        {
            await Eventually.True(
                async () => await node.GetClusterAsync() is var view && view.ReadyCount == count && view.Nodes.Count == count,
                $"{node.Name} sees {count} nodes");
        }

        if (_proxy is not null)
        {
            // The path of clients, not the proxy's own health, says whether it has destinations.
            await Eventually.True(
                async () => await _proxy.GetStatusAsync("/cluster") == HttpStatusCode.OK, "the proxy reaches a node");
        }
    }

    /// <summary>Forgets nodes that a test has stopped on purpose.</summary>
    public void Forget(NodeProcess node) => _nodes.Remove(node);

    /// <summary>A hub that no other test uses.</summary>
    public static string NewHub() => $"hub_{Interlocked.Increment(ref _lastHub)}";

    /// <summary>URL of the client endpoint with a right token.</summary>
    public static Uri ClientUrl(
        IWebServer via, string hub, string? userId = null, string[]? roles = null, string[]? groups = null, string? query = null) =>
        ClientUrlWithToken(via, hub, AccessTokens.Create($"{PublicEndpoint}/client/hubs/{hub}", userId, roles, groups), query);

    /// <summary>URL of the client endpoint with any token, or none.</summary>
    public static Uri ClientUrlWithToken(IWebServer via, string hub, string? token, string? query = null)
    {
        var parts = new[] { token is null ? null : $"access_token={token}", query }.OfType<string>();
        return new UriBuilder(via.Address)
        {
            Scheme = "ws",
            Path = $"/client/hubs/{Uri.EscapeDataString(hub)}",
            Query = string.Join('&', parts),
        }.Uri;
    }

    /// <summary>URL of a recovery.</summary>
    public static Uri RecoveryUrl(IWebServer via, string hub, string connectionId, string? reconnectionToken) => ClientUrlWithToken(
        via,
        hub,
        token: null,
        $"awps_connection_id={Uri.EscapeDataString(connectionId)}" +
        (reconnectionToken is null ? "" : $"&awps_reconnection_token={Uri.EscapeDataString(reconnectionToken)}"));

    /// <inheritdoc/>
    public void MarkLogs()
    {
        foreach (var process in _processes)
        {
            _marks[process] = process.Log.Count;
        }
    }

    /// <inheritdoc/>
    public string Logs() => string.Join('\n', _processes.SelectMany(process =>
        process.Log.From(_marks.GetValueOrDefault(process)).Select(line => $"[{process.Name}] {line}")));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        await Redis.DisposeAsync();
    }

    private T Add<T>(T process)
        where T : ChildProcess
    {
        _processes.Add(process);
        return process;
    }
}
