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
    internal static HubPipeline NewPipeline(Func<RedisKey[], RedisValue[], Task<RedisResult>> script, NodeOptions? options = null, NodeIdentity? node = null) => new(
        "chat",
        New<IConnectionMultiplexer>(script),
        new ClusterKeys("test"),
        node ?? new NodeIdentity(),
        new PipelineBudget(options ?? new NodeOptions()),
        new NodeMetrics(new MeterFactory()),
        NullLogger.Instance);

    /// <summary>A registry whose script calls go to <paramref name="script"/>.</summary>
    internal static NodeRegistry NewRegistry(Func<Task<RedisResult>> script) =>
        new(New<IConnectionMultiplexer>((_, _) => script()), new ClusterKeys("test"), Options.Create(new ClusterOptions()));

    /// <summary>A directory whose hubs have a Redis that takes everything.</summary>
    internal static HubDirectory NewDirectory() => new(
        New<IConnectionMultiplexer>(TakeAsync),
        new ClusterKeys("test"),
        new NodeIdentity(),
        new PipelineBudget(new NodeOptions()),
        new NodeMetrics(new MeterFactory()),
        TimeProvider.System,
        NullLogger<HubPipeline>.Instance);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IConnectionMultiplexer.GetDatabase) => New<IDatabase>(_script!),
        nameof(IDatabase.ScriptEvaluateAsync) => _script!((RedisKey[])args![1]!, (RedisValue[])args[2]!),
        nameof(IDatabase.PingAsync) => Task.FromResult(TimeSpan.Zero),
        nameof(IDatabase.SetAddAsync) => Task.FromResult(true),
        _ => throw new NotSupportedException(targetMethod.Name),
    };

    private static Task<RedisResult> TakeAsync(RedisKey[] keys, RedisValue[] arguments) =>
        Task.FromResult(RedisResult.Create([.. Enumerable.Repeat(RedisResult.Create((RedisValue)1), 1 + (arguments.Length / 3))]));

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
