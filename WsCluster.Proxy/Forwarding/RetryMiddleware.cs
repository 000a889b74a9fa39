using Microsoft.Extensions.Options;
using WsCluster.Proxy.Telemetry;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace WsCluster.Proxy.Forwarding;

/// <summary>
/// Gives a request that a node failed to another one, each node at most once, and has the failed one avoided for a while. A node that
/// died stays in the registry until its lease has run out; this is what its clients notice of those seconds: nothing.
/// </summary>
internal sealed partial class RetryMiddleware(
    RequestDelegate next,
    IDestinationHealthUpdater health,
    ProxyMetrics metrics,
    IOptions<ProxyOptions> options,
    ILogger<RetryMiddleware> logger)
{
    private readonly TimeSpan _reactivationPeriod = options.Value.ReactivationPeriod;

    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        if (proxy.AvailableDestinations.Count == 0)
        {
            metrics.NoNode();
            await ProxyAnswers.NoNodeAsync(context);
            return;
        }

        var available = proxy.AvailableDestinations;
        KeyValuePair<object, object?>[] items = [.. context.Items];
        HashSet<DestinationState>? tried = null;

        while (true)
        {
            await next(context);

            var failure = NodeFailures.Of(context.GetForwarderErrorFeature());
            if (failure == NodeFailure.None || proxy.ProxiedDestination is not { } node)
            {
                return;
            }

            Report(proxy.Route.Cluster!, node, failure, context.GetForwarderErrorFeature()?.Exception);
            if (context.Response.HasStarted)
            {
                return;
            }

            Reset(context, proxy, items);
            (tried ??= []).Add(node);
            var left = Left(available, proxy.AllDestinations, tried);
            if (left.Count == 0 || !MayRetry(context.Request, failure))
            {
                await ProxyAnswers.FailedAsync(context, failure);
                return;
            }

            proxy.AvailableDestinations = left;
            metrics.Retried();
        }
    }

    private static bool MayRetry(HttpRequest request, NodeFailure failure) =>
        failure is NodeFailure.Connect or NodeFailure.Unavailable || request.IsRepeatable();

    /// <summary>Nodes that were not tried: first those in good health, then, rather than to give up, those that failed others lately.</summary>
    private static List<DestinationState> Left(
        IReadOnlyList<DestinationState> available, IReadOnlyList<DestinationState> all, HashSet<DestinationState> tried)
    {
        var left = available.Where(node => !tried.Contains(node)).ToList();
        return left.Count > 0 ? left : [.. all.Where(node => !tried.Contains(node))];
    }

    /// <summary>
    /// Undoes what a failed try left behind: YARP forwards nothing once a status is set, and its transforms have already answered with
    /// a cookie for the failed node, or noted in the items that the client's cookie is right.
    /// </summary>
    private static void Reset(HttpContext context, IReverseProxyFeature proxy, KeyValuePair<object, object?>[] items)
    {
        context.Response.Clear();
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Items = new Dictionary<object, object?>(items);
        proxy.ProxiedDestination = null;
    }

    private void Report(ClusterState cluster, DestinationState node, NodeFailure failure, Exception? exception)
    {
        health.SetPassive(cluster, node, DestinationHealth.Unhealthy, _reactivationPeriod);
        metrics.Failed(node.DestinationId, failure);
        Log.NodeFailed(logger, node.DestinationId, node.Model.Config.Address, failure, exception?.Message);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Node {NodeId} at {Address} failed a request ({Failure}): {Reason}")]
        public static partial void NodeFailed(ILogger logger, string nodeId, string address, NodeFailure failure, string? reason);
    }
}
