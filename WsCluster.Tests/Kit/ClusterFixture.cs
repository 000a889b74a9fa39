namespace WsCluster.Tests.Kit;

/// <summary>Three nodes and a proxy that several test classes share; started by the first test that needs them.</summary>
/// <param name="kind">Its Redis.</param>
/// <param name="proxySettings">Environment variables of the proxy.</param>
public abstract class ClusterFixture(RedisKind kind, IReadOnlyDictionary<string, string>? proxySettings = null) : IAsyncLifetime
{
    private TestCluster? _cluster;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The cluster, whole: one that a failed test has damaged is replaced.</summary>
    public async Task<TestCluster> GetAsync()
    {
        if (TestRedis.ReasonToSkip(kind) is { } reason)
        {
            Assert.Skip(reason);
        }

        if (_cluster is { IsDamaged: true })
        {
            await _cluster.DisposeAsync();
            _cluster = null;
        }

        return _cluster ??= await TestCluster.StartAsync(await TestRedis.StartAsync(kind), proxy: true, proxySettings: proxySettings);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}

/// <summary>A shared cluster on the embedded Redis.</summary>
public sealed class EmbeddedClusterFixture() : ClusterFixture(RedisKind.Embedded);

/// <summary>A shared cluster on redis-server.</summary>
public sealed class RedisServerClusterFixture() : ClusterFixture(RedisKind.RedisServer);
