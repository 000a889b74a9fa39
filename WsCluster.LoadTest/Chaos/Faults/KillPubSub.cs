using WsCluster.LoadTest.Chaos.Servers;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class KillPubSub : IFault
{
    public string Name => "kill-pubsub";

    public string Summary => "CLIENT KILL TYPE pubsub: every node loses its inbox, and nothing else.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var answer = await RedisConnection.AskAsync(context.Cluster.Redis.Master.Port, "CLIENT KILL TYPE pubsub");
        if (!answer.StartsWith(':') || answer == ":0")
        {
            throw new PeerFailedException($"CLIENT KILL TYPE pubsub killed nothing: {answer}");
        }
    }
}
