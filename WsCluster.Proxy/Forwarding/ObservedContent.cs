using System.Net;

namespace WsCluster.Proxy.Forwarding;

/// <summary>A request body that tells when all of it was sent.</summary>
internal sealed class ObservedContent : HttpContent
{
    private readonly HttpContent _body;
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ObservedContent(HttpContent body)
    {
        _body = body;
        foreach (var (name, values) in body.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    /// <summary>Done when the body was sent; never, if that fails.</summary>
    public Task Sent => _sent.Task;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await _body.CopyToAsync(stream, context, cancellationToken);
        _sent.TrySetResult();
    }

    // The client's Content-Length, if it sent one, is among the headers.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body.Dispose();
        }

        base.Dispose(disposing);
    }
}
