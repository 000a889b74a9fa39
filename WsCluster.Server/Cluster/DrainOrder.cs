using WsCluster.Server.Hubs;

namespace WsCluster.Server.Cluster;

/// <summary>The order to drain, from another node or by HTTP. It does what SIGTERM does; given twice it changes nothing.</summary>
internal sealed partial class DrainOrder(NodeStatus status, IHostApplicationLifetime host, ILogger<DrainOrder> logger) : INodeRequestHandler
{
    public NodeRequestKind Kind => NodeRequestKind.Drain;

    public bool Handle(ref MessageReader request)
    {
        Execute();
        return true;
    }

    /// <summary>Lets nobody in any more, and has the host stop. Returns at once: what answers the order still gets its answer out.</summary>
    public void Execute()
    {
        status.Drain();
        Log.Ordered(logger);
        _ = Task.Run(host.StopApplication);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The node is ordered to drain.")]
        public static partial void Ordered(ILogger logger);
    }
}
