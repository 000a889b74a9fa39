namespace WsCluster.Tests.Kit;

/// <summary>A Redis of one test or fixture, on a port of its own, empty at start, without persistence.</summary>
public abstract class TestRedis : IAsyncDisposable
{
    /// <summary>Port on 127.0.0.1; stays the same over restarts.</summary>
    public abstract int Port { get; }

    /// <summary>Connection string in StackExchange.Redis form.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Starts a server.</summary>
    public static async Task<TestRedis> StartAsync(RedisKind kind) => kind switch
    {
        RedisKind.Embedded => new EmbeddedTestRedis(),
        _ => await RedisServer.StartAsync(),
    };

    /// <summary>Why a kind can't run on this machine; null when it can.</summary>
    public static string? ReasonToSkip(RedisKind kind) =>
        kind == RedisKind.RedisServer && RedisServer.Program is null ? "redis-server is not installed on this machine." : null;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
