namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class KillProxy : IFault
{
    public string Name => "kill-proxy";

    public string Summary => "SIGKILL for the proxy, which is started again at once: every connection breaks.";

    public Task InjectAsync(FaultContext context, CancellationToken stop) => context.Cluster.ReplaceProxyAsync(stop);
}
