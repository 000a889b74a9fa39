namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class PauseRedis : IFault
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    public string Name => "pause-redis";

    public string Summary => "SIGSTOP for Redis, SIGCONT 5 s later: it executes then what its senders have given up.";

    public Task InjectAsync(FaultContext context, CancellationToken stop) => Pause.ForAsync(context.Cluster.Redis.Master.Send, Length, stop);
}
