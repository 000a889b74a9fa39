using System.Net;
using Microsoft.Net.Http.Headers;

namespace WsCluster.Proxy.Forwarding;

/// <summary>
/// Limits the time until a node begins its answer, and no other: an established WebSocket or a long answer may last. Turns each way in
/// which a node can fail here into the exception by which <see cref="NodeFailures"/> tells them apart.
/// </summary>
internal sealed class ResponseHeaderDeadline(TimeSpan timeout, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isUpgrade = request.Headers.NonValidated.Contains(HeaderNames.Upgrade);
        HttpResponseMessage response;
        try
        {
            response = await SendAsync(request, isUpgrade, deadline);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Not the client, so either the deadline or the handler's own ConnectTimeout.
            throw deadline.IsCancellationRequested
                ? new TimeoutException($"No response headers within {timeout.TotalSeconds} s.", exception)
                : new HttpRequestException(HttpRequestError.ConnectionError, exception.InnerException?.Message ?? exception.Message, exception);
        }

        if (isUpgrade && response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            // "Not here, not now" is no answer for a client as long as there are other nodes.
            response.Dispose();
            throw new HttpRequestException(HttpRequestError.Unknown, "The node answered 503.", null, HttpStatusCode.ServiceUnavailable);
        }

        return response;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool isUpgrade, CancellationTokenSource deadline)
    {
        Task? sent = null;
        if (request.Content is { } body && !isUpgrade)
        {
            var content = new ObservedContent(body);
            request.Content = content;
            sent = content.Sent;
        }

        var answered = base.SendAsync(request, deadline.Token);
        if (sent is not null)
        {
            // How fast a body comes is up to the client; Kestrel has a minimum for it.
            await Task.WhenAny(answered, sent);
        }

        deadline.CancelAfter(timeout);
        var response = await answered;
        deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        return response;
    }
}
