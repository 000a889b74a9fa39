using WsCluster.LoadTest.Chaos.Servers;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class FlushAll : IFault
{
    public string Name => "flushall";

    public string Summary => "FLUSHALL: Redis forgets everything under connections that go on.";

    public bool MayEndSessions => true;

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        var answer = await RedisConnection.AskAsync(context.Cluster.Redis.Master.Port, "FLUSHALL");
        if (answer != "+OK")
        {
            throw new PeerFailedException($"FLUSHALL was answered {answer}.");
        }
    }
}
