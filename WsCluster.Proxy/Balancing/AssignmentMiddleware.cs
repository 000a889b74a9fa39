using WsCluster.Proxy.Forwarding;
using WsCluster.Proxy.Telemetry;

namespace WsCluster.Proxy.Balancing;

/// <summary>
/// Counts WebSockets on their way to a node, whether the load or affinity chose it (for a single choice YARP asks no balancing
/// policy). Other requests come and go, and are no connections in a node's report.
/// </summary>
internal sealed class AssignmentMiddleware(RequestDelegate next, NodeLoads loads, ProxyMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.IsWebSocketHandshake() && context.GetReverseProxyFeature().AvailableDestinations is [var node, ..])
        {
            loads.Assign(node.DestinationId);
            metrics.Assigned(node.DestinationId);
        }

        return next(context);
    }
}
