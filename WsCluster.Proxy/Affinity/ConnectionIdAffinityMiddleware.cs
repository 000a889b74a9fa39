namespace WsCluster.Proxy.Affinity;

/// <summary>
/// Sends a client that resumes a connection to the node that has it: an SDK names the connection in the query, and the connection's
/// id ends in its node's. If that node takes no clients any more, any other can take the connection over. Goes before the cookie,
/// which knows where a browser was last, not where this connection is.
/// </summary>
internal sealed class ConnectionIdAffinityMiddleware(RequestDelegate next)
{
    public const string QueryParameter = "awps_connection_id";

    public Task InvokeAsync(HttpContext context)
    {
        if (NodeOf(context.Request.Query[QueryParameter]) is { } nodeId)
        {
            context.PreferNode(nodeId);
        }

        return next(context);
    }

    /// <summary>The node's part of a connection id; null if there is none.</summary>
    internal static string? NodeOf(string? connectionId) =>
        connectionId?.LastIndexOf('.') is { } dot and >= 0 && dot < connectionId.Length - 1 ? connectionId[(dot + 1)..] : null;
}
