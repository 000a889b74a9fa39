using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Reliable;

/// <summary>Two nodes whose sessions end soon, and whose hubs "small" and "once" have a small log and none.</summary>
public sealed class LimitedCluster : IAsyncLifetime
{
    /// <summary>Most messages that a client may leave without acknowledgement, and that the log of "small" keeps.</summary>
    public const int Messages = 100;

    /// <summary>How long a session waits for its client.</summary>
    public static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(1);

    private TestCluster? _cluster;

    /// <summary>The cluster.</summary>
    public TestCluster Cluster => _cluster!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(
        await TestRedis.StartAsync(RedisKind.Embedded),
        nodes: 2,
        settings: new Dictionary<string, string>
        {
            ["WsCluster__SessionTimeout"] = SessionTimeout.ToString(),
            ["WsCluster__MaxUnackedMessages"] = $"{Messages}",
            ["WsCluster__MaxUnackedBytes"] = $"{1024 * 1024}",
            ["WsCluster__Hubs__small__LogMessages"] = $"{Messages}",
            ["WsCluster__Hubs__once__AtMostOnce"] = "true",
        });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
