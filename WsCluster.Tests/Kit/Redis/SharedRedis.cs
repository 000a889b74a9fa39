using StackExchange.Redis;

namespace WsCluster.Tests.Kit;

/// <summary>A <c>redis-server</c> that the tests of a class or collection share; each takes a cluster name of its own in it.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private readonly List<ConnectionMultiplexer> _connections = [];
    private RedisServer? _server;
    private ConnectionMultiplexer? _connection;

    /// <summary>Where it is, also before it runs; skips the test where the machine has no redis-server.</summary>
    public string ConnectionString => Server.ConnectionString;

    /// <summary>A connection that all share; skips the test where the machine has no redis-server.</summary>
    public IConnectionMultiplexer Connection => _connection ?? throw Skip();

    private RedisServer Server => _server ?? throw Skip();

    /// <summary>A server that has its port, but does not run before <see cref="InitializeAsync"/>.</summary>
    public static SharedRedis Reserve() => new() { _server = RedisServer.Reserve() };

    /// <summary>Starts the server.</summary>
    public async ValueTask InitializeAsync()
    {
        if (_server is not null)
        {
            await _server.RunAsync();
        }
        else if (TestRedis.ReasonToSkip(RedisKind.RedisServer) is null)
        {
            _server = await RedisServer.StartAsync();
        }

        _connection = _server is null ? null : await ConnectAsync();
    }

    /// <summary>A connection of its own; skips the test where the machine has no redis-server.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var connection = await ConnectionMultiplexer.ConnectAsync($"{ConnectionString},asyncTimeout=20000,connectTimeout=20000");
        lock (_connections)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private static InvalidOperationException Skip()
    {
        Assert.Skip(TestRedis.ReasonToSkip(RedisKind.RedisServer) ?? "redis-server did not start.");
        return new InvalidOperationException();
    }
}
