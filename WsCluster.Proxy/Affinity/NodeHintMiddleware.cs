using Microsoft.Net.Http.Headers;

namespace WsCluster.Proxy.Affinity;

/// <summary>
/// Lets the demo page spread its clients over the nodes: <c>wscluster_node</c> in the query names the node to prefer, or <c>any</c>. The
/// affinity cookie doesn't count then: a browser has one for all its WebSockets, which would all go to one node.
/// </summary>
internal sealed class NodeHintMiddleware(RequestDelegate next)
{
    public const string QueryParameter = "wscluster_node";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Query[QueryParameter] is [{ Length: > 0 } nodeId])
        {
            context.Request.Headers.Remove(HeaderNames.Cookie);
            context.PreferNode(nodeId);
        }

        return next(context);
    }
}
