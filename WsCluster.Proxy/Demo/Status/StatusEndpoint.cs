using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace WsCluster.Proxy.Demo.Status;

/// <summary><c>GET /demo/status</c>: server-sent events about the cluster.</summary>
internal static class StatusEndpoint
{
    private const string RetryAfterSeconds = "5";

    public static Results<ServerSentEventsResult<string>, ProblemHttpResult> Open(
        HttpContext context, StatusFeed feed, IHostApplicationLifetime host)
    {
        if (!feed.TryEnter())
        {
            context.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds;
            return TypedResults.Problem(
                $"{StatusFeed.MaxPages} status streams are open already.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        // A stream never ends by itself; Kestrel would wait for it at the end of the process.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        context.Response.OnCompleted(() =>
        {
            feed.Leave();
            stop.Dispose();
            return Task.CompletedTask;
        });
        return TypedResults.ServerSentEvents(feed.ReadAsync(context.Request.Headers["Last-Event-ID"], stop.Token));
    }
}
