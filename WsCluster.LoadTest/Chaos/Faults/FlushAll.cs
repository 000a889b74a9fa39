using WsCluster.LoadTest.Chaos.Servers;

namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class FlushAll : IFault
{
    public string Name => "flushall";

    public string Summary => "FLUSHALL: Redis forgets everything under connections that go on.";

    public bool MayEndSessions => true;

    public Task InjectAsync(FaultContext context, CancellationToken stop) => RedisConnection.AskAsync(context.Cluster.Redis.Master.Port, "FLUSHALL");
}
