namespace WsCluster.Tests.Kit;

/// <summary>
/// Base of tests with processes and clients: what a test starts is disposed after it, last first, and the logs of its clusters are
/// printed when it failed.
/// </summary>
public abstract class ProcessTest : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly List<ICluster> _clusters = [];

    /// <inheritdoc/>
    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            foreach (var cluster in _clusters)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(cluster.Logs());
            }
        }

        while (_owned.TryPop(out var owned))
        {
            await owned.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a cluster of this test's own.</summary>
    private protected async Task<TestCluster> StartClusterAsync(
        TestRedis redis, int nodes = 3, bool proxy = false, IReadOnlyDictionary<string, string>? settings = null)
    {
        var cluster = Own(await TestCluster.StartAsync(redis, nodes, proxy, settings));
        _clusters.Add(cluster);
        return cluster;
    }

    /// <summary>Prints a cluster's logs if this test fails.</summary>
    private protected void Watch(ICluster cluster)
    {
        cluster.MarkLogs();
        _clusters.Add(cluster);
    }

    /// <summary>Disposes something after the test.</summary>
    private protected T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    /// <summary>Connects a client of the JSON protocol with all roles unless others are given.</summary>
    private protected async Task<TestClient> ConnectAsync(
        IWebServer via, string hub, string? userId = null, string[]? roles = null, string[]? groups = null) =>
        Own(await TestClient.ConnectAsync(TestCluster.ClientUrl(via, hub, userId, roles ?? Roles.All, groups)));

    /// <summary>Connects a reliable client with all roles unless others are given.</summary>
    private protected async Task<RecoveringClient> ConnectReliableAsync(
        IWebServer via, string hub, string? userId = null, string[]? roles = null, string[]? groups = null, bool acknowledges = true) =>
        Own(await RecoveringClient.ConnectAsync(TestCluster.ClientUrl(via, hub, userId, roles ?? Roles.All, groups), hub, acknowledges));

    /// <summary>Tries a recovery that must be refused after the upgrade.</summary>
    private protected async Task AssertRefusedAsync(Uri url, string subprotocol = Subprotocols.JsonReliable)
    {
        var client = Own(await SimpleClient.ConnectAsync(url, subprotocol));
        Assert.Equal(subprotocol, client.Subprotocol);
        var closure = await client.WaitForCloseAsync();
        Assert.Equal(1008, closure.Code);
        Assert.NotEmpty(closure.Reason!);
        Assert.Empty(client.Messages.Items);
    }

    /// <summary>Writes to the test's output, for measurements that a reader of the log wants.</summary>
    private protected static void Report(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
