using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WsCluster.Proxy;
using WsCluster.Proxy.Nodes;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;
using Yarp.ReverseProxy;

namespace WsCluster.Tests.Proxy.Kit;

/// <summary>A cluster of fake nodes in the registry of a real Redis, and real proxies in front of them.</summary>
internal sealed class ProxyFixture : IAsyncDisposable
{
    private static readonly HttpMessageInvoker Invoker = new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
    });

    private readonly SharedRedis _redis;
    private readonly List<IAsyncDisposable> _started = [];
    private int _nodes;

    public ProxyFixture(SharedRedis redis, string? clusterName = null)
    {
        _redis = redis;
        ClusterName = clusterName ?? "t" + Guid.NewGuid().ToString("n")[..16];
        Registry = CreateRegistry(TimeSpan.FromMinutes(10));
    }

    public string ClusterName { get; }

    /// <summary>Grants leases that outlast every test.</summary>
    public NodeRegistry Registry { get; }

    public NodeRegistry CreateRegistry(TimeSpan lease) =>
        new(_redis.Connection, new ClusterKeys(ClusterName), Options.Create(new ClusterOptions { LeaseDuration = lease }));

    public async Task<FakeNode> StartNodeAsync(int connections = 0)
    {
        var node = await FakeNode.StartAsync($"node{_nodes++:d6}");
        _started.Add(node);
        await RegisterAsync(node, connections: connections);
        return node;
    }

    /// <summary>Registers something that accepts connections, in the kernel at least, and never answers: a stopped process.</summary>
    public async Task<string> StartHungNodeAsync()
    {
        var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        _started.Add(new Closing(listener));
        var nodeId = $"hung{_nodes++:d6}";
        await Registry.RegisterAsync(Record(nodeId, $"http://{listener.LocalEndpoint}", NodeState.Ready, 0));
        return nodeId;
    }

    public async Task RegisterAsync(FakeNode node, NodeState state = NodeState.Ready, int connections = 0) =>
        await Registry.RegisterAsync(Record(node.NodeId, node.Address, state, connections));

    public async Task<WebApplication> StartProxyAsync(params string[] options)
    {
        var app = ProxyApplication.Build(
        [
            "--urls=http://127.0.0.1:0",
            $"--ConnectionStrings:redis={_redis.ConnectionString}",
            $"--WsCluster:ClusterName={ClusterName}",
            "--Logging:LogLevel:Default=None",
            "--Logging:LogLevel:Microsoft=None",
            "--Logging:LogLevel:Microsoft.AspNetCore=None",
            "--Logging:LogLevel:WsCluster=None",
            .. options,
        ]);
        _started.Add(app);
        await app.StartAsync();
        return app;
    }

    /// <summary>Starts a proxy and waits until it knows so many nodes.</summary>
    public async Task<WebApplication> StartProxyForAsync(int nodes, params string[] options)
    {
        var app = await StartProxyAsync(options);
        await KnowsAsync(app, nodes);
        return app;
    }

    /// <summary>Waits until YARP has so many destinations.</summary>
    public static Task KnowsAsync(WebApplication proxy, int nodes) => Eventually.True(
        () => proxy.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster(NodeRoute.ClusterId, out var cluster)
            && cluster.DestinationsState.AllDestinations.Count == nodes,
        $"the proxy knows {nodes} nodes");

    public static Task<HttpResponseMessage> SendAsync(
        WebApplication proxy, string path, HttpMethod? method = null, HttpContent? content = null, string? cookie = null, bool expectContinue = false)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, proxy.Urls.First() + path) { Content = content };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        request.Headers.ExpectContinue = expectContinue;
        return Invoker.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static string? NodeOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-wscluster-node", out var values) ? values.Single() : null;

    public static string? CookieOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var values) ? values.Single().Split(';')[0] : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started))
        {
            if (started is WebApplication app)
            {
                using var now = new CancellationTokenSource();
                await now.CancelAsync();
                await app.StopAsync(now.Token);
            }

            await started.DisposeAsync();
        }
    }

    private static NodeRecord Record(string nodeId, string address, NodeState state, int connections) => new()
    {
        NodeId = nodeId,
        Generation = 1,
        Address = address,
        State = state,
        StartedAt = DateTimeOffset.UtcNow,
        Load = new NodeLoad { Connections = connections },
    };

    private sealed class Closing(TcpListener listener) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            listener.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
