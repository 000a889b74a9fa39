using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.Server;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>A Redis that answers hub.lua as a test says, when it says: what no real server can be brought to do on time.</summary>
public class ScriptedRedis : DispatchProxy
{
    private Func<RedisKey[], RedisValue[], Task<RedisResult>>? _script;

    /// <summary>A pipeline of hub "chat" whose script calls go to <paramref name="script"/>.</summary>
    internal static HubPipeline NewPipeline(
        Func<RedisKey[], RedisValue[], Task<RedisResult>> script, NodeOptions? options = null, NodeIdentity? node = null, TimeProvider? time = null) =>
        new("chat", NewContext(New<IConnectionMultiplexer>(script), new ClusterKeys("test"), options, node, time));

    /// <summary>A hub with such a pipeline. <paramref name="hubTime"/> is its own time, if that is not the pipeline's.</summary>
    internal static Hub NewHub(
        Func<RedisKey[], RedisValue[], Task<RedisResult>> script,
        NodeOptions? options = null,
        NodeIdentity? node = null,
        TimeProvider? time = null,
        TimeProvider? hubTime = null)
    {
        (options, node) = (options ?? new NodeOptions(), node ?? new NodeIdentity());
        return new Hub("chat", NewPipeline(script, options, node, time), node, options, hubTime ?? time ?? TimeProvider.System);
    }

    /// <summary>A registry whose script calls go to <paramref name="script"/>.</summary>
    internal static NodeRegistry NewRegistry(Func<Task<RedisResult>> script) =>
        new(New<IConnectionMultiplexer>((_, _) => script()), new ClusterKeys("test"), Options.Create(new ClusterOptions()));

    /// <summary>A directory whose hubs have a Redis that takes everything.</summary>
    internal static HubDirectory NewDirectory() => new(NewContext(New<IConnectionMultiplexer>(TakeAsync), new ClusterKeys("test")));

    /// <summary>What pipelines share, over any connection.</summary>
    internal static HubPipelineContext NewContext(
        IConnectionMultiplexer connection, ClusterKeys keys, NodeOptions? options = null, NodeIdentity? node = null, TimeProvider? time = null)
    {
        options ??= new NodeOptions();
        return new HubPipelineContext(
            connection,
            new HubScript(connection, NullLogger<HubScript>.Instance),
            keys,
            node ?? new NodeIdentity(),
            new PipelineBudget(options),
            options,
            new NodeMetrics(new MeterFactory()),
            time ?? TimeProvider.System,
            NullLogger<HubPipeline>.Instance);
    }

    /// <summary>What hub.lua returns: first offset, epoch, a result for each operation.</summary>
    internal static RedisResult Answer(long first, long epoch, params IEnumerable<long> results) =>
        RedisResult.Create([.. results.Prepend(epoch).Prepend(first).Select(number => RedisResult.Create((RedisValue)number))]);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IConnectionMultiplexer.GetDatabase) => New<IDatabase>(_script!),
        nameof(IDatabase.ScriptEvaluateAsync) => _script!((RedisKey[])args![1]!, (RedisValue[])args[2]!),
        nameof(IDatabase.ExecuteAsync) => Task.FromResult(RedisResult.Create((RedisValue)((string)args![0]! == "SCRIPT" ? new string('0', 40) : "run_id:1\r\n"))),
        nameof(IDatabase.PingAsync) => Task.FromResult(TimeSpan.Zero),
        nameof(IDatabase.SetAddAsync) => Task.FromResult(true),
        _ => throw new NotSupportedException(targetMethod.Name),
    };

    /// <summary>Takes everything.</summary>
    internal static Task<RedisResult> TakeAsync(RedisKey[] keys, RedisValue[] arguments) =>
        Task.FromResult(Answer(first: 1, epoch: 1, HubOperation.ReadAll(arguments).Where(operation => operation.HasResult).Select(_ => 1L)));

    private static T New<T>(Func<RedisKey[], RedisValue[], Task<RedisResult>> script)
        where T : class
    {
        var proxy = Create<T, ScriptedRedis>();
        ((ScriptedRedis)(object)proxy)._script = script;
        return proxy;
    }

    private sealed class MeterFactory : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
