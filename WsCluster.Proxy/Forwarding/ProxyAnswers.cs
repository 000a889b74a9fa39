using Microsoft.Net.Http.Headers;

namespace WsCluster.Proxy.Forwarding;

/// <summary>What the proxy itself answers, as problem documents, when no node did.</summary>
internal static class ProxyAnswers
{
    // Nodes come and go within a second or two; the registry is read once a second.
    private const string RetryAfterSeconds = "1";

    /// <summary>503: there is no node to ask.</summary>
    public static Task NoNodeAsync(HttpContext context) => UnavailableAsync(context, "No node of the cluster takes clients at present.");

    /// <summary>The last node that could be asked failed, too, or the request can't be repeated.</summary>
    public static Task FailedAsync(HttpContext context, NodeFailure failure) => failure switch
    {
        NodeFailure.Timeout => WriteAsync(context, StatusCodes.Status504GatewayTimeout, "The node did not answer in time."),
        NodeFailure.Transport => WriteAsync(context, StatusCodes.Status502BadGateway, "The connection to the node broke before it answered."),
        _ => UnavailableAsync(context, "No node of the cluster could take the request."),
    };

    private static Task UnavailableAsync(HttpContext context, string detail)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds;
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, detail);
    }

    private static Task WriteAsync(HttpContext context, int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
}
