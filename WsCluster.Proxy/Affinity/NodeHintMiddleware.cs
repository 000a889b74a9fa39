using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using WsCluster.Proxy.Nodes;

namespace WsCluster.Proxy.Affinity;

/// <summary>
/// Lets the demo page spread its clients over the nodes: <c>wscluster_node</c> in the query names the node to prefer, or <c>any</c>. The
/// affinity cookie doesn't count then, nor is one set: a browser has one for all its WebSockets, which would all go to one node, and what the
/// page does must not move the browser's other clients.
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
            context.Response.OnStarting(RemoveAffinityCookie, context.Response.Headers);
        }

        return next(context);
    }

    /// <summary>YARP sets the cookie whenever the request had none, and can't be told not to.</summary>
    private static Task RemoveAffinityCookie(object state)
    {
        var headers = (IHeaderDictionary)state;
        string?[] others = [.. headers.SetCookie.Where(cookie => cookie?.StartsWith(NodeRoute.CookieName + "=", StringComparison.Ordinal) is not true)];
        headers.SetCookie = new StringValues(others);
        return Task.CompletedTask;
    }
}
