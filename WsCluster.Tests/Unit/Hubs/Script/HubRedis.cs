using StackExchange.Redis;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>A server of each kind, started by the first test that wants it; each test has a cluster of its own in it.</summary>
public sealed class HubRedis : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly Dictionary<RedisKind, (TestRedis Server, ConnectionMultiplexer Connection)> _started = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A connection to the server of a kind; skips the test where the machine has none.</summary>
    public async Task<IConnectionMultiplexer> ConnectAsync(RedisKind kind)
    {
        if (TestRedis.ReasonToSkip(kind) is { } reason)
        {
            Assert.Skip(reason);
        }

        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_started.TryGetValue(kind, out var started))
            {
                var server = await TestRedis.StartAsync(kind);
                started = (server, await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},asyncTimeout=20000,connectTimeout=20000"));
                _started.Add(kind, started);
            }

            return started.Connection;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (server, connection) in _started.Values)
        {
            await connection.DisposeAsync();
            await server.DisposeAsync();
        }

        _starting.Dispose();
    }
}

/// <summary>Tests of the hub's scripts share their servers.</summary>
[CollectionDefinition]
public sealed class HubRedisCollection : ICollectionFixture<HubRedis>;
