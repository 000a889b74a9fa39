using StackExchange.Redis;
using WsCluster.Server.Cluster;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Hubs;

/// <summary>What the pipelines of all hubs share.</summary>
internal sealed record HubPipelineContext(
    IConnectionMultiplexer Connection,
    HubScript Script,
    ClusterKeys Keys,
    NodeIdentity Node,
    PipelineBudget Budget,
    NodeOptions Options,
    NodeMetrics Metrics,
    TimeProvider Time,
    ILogger<HubPipeline> Logger)
{
    private long _batches;

    /// <summary>The number of the next batch. One count for all hubs, so that it goes on where a hub is forgotten and comes back.</summary>
    public long NextBatch() => Interlocked.Increment(ref _batches);

    /// <summary>The bounds of a hub's log.</summary>
    public LogLimits Limits(string hub)
    {
        var options = Options.HubOf(hub);
        return options.AtMostOnce ? new LogLimits(0, 0, options.LogAge) : new LogLimits(options.LogMessages, options.LogBytes, options.LogAge);
    }
}

/// <param name="Messages">Most messages; 0: there is no log.</param>
/// <param name="Bytes">Most bytes.</param>
/// <param name="Age">How long a message is kept.</param>
internal readonly record struct LogLimits(int Messages, long Bytes, TimeSpan Age);
