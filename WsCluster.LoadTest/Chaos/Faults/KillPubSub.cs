using WsCluster.LoadTest.Chaos.Servers;

namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class KillPubSub : IFault
{
    public string Name => "kill-pubsub";

    public string Summary => "CLIENT KILL TYPE pubsub: every node loses its inbox, and nothing else.";

    public string? Unsuitable(RedisKind redis) => redis == RedisKind.Garnet ? "Garnet has no type pubsub in CLIENT KILL" : null;

    public Task InjectAsync(FaultContext context, CancellationToken stop) =>
        RedisConnection.AskAsync(context.Cluster.Redis.Master.Port, "CLIENT KILL TYPE pubsub");
}
