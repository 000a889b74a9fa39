namespace WsCluster.Tests.Kit;

/// <summary>
/// Three nodes and a proxy that several test classes share; started by the first test that needs them. The half of this class with
/// <c>GetAsync</c> is compiled from <c>Local</c> or <c>Aspire</c>: it decides who starts them.
/// </summary>
/// <param name="kind">Its Redis.</param>
/// <param name="proxySettings">Environment variables of the proxy.</param>
public abstract partial class ClusterFixture(RedisKind kind, IReadOnlyDictionary<string, string>? proxySettings = null) : IAsyncLifetime
{
    private readonly List<ICluster> _started = [];
    private TestCluster? _processes;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// The cluster as processes of the test's own, which it may kill, pause and add to. It is whole: one that a failed test has damaged
    /// is replaced.
    /// </summary>
    public async Task<TestCluster> GetProcessesAsync()
    {
        if (_processes is { IsDamaged: true })
        {
            _started.Remove(_processes);
            await _processes.DisposeAsync();
            _processes = null;
        }

        return _processes ??= Add(await TestCluster.StartAsync(await StartRedisAsync(), proxy: true, proxySettings: proxySettings));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _started)
        {
            await cluster.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task<TestRedis> StartRedisAsync()
    {
        if (TestRedis.ReasonToSkip(kind) is { } reason)
        {
            Assert.Skip(reason);
        }

        return await TestRedis.StartAsync(kind);
    }

    private T Add<T>(T cluster)
        where T : ICluster
    {
        _started.Add(cluster);
        return cluster;
    }
}

/// <summary>A shared cluster on the embedded Redis.</summary>
public sealed class EmbeddedClusterFixture() : ClusterFixture(RedisKind.Embedded);

/// <summary>A shared cluster on redis-server.</summary>
public sealed class RedisServerClusterFixture() : ClusterFixture(RedisKind.RedisServer);
