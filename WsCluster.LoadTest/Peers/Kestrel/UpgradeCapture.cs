using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WsCluster.LoadTest.Peers.Kestrel;

/// <summary>Keeps the stream that the WebSocket middleware gets, so that frames can be written that were built once for all members.</summary>
internal sealed class UpgradeCapture(IHttpUpgradeFeature inner) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    /// <summary>The stream, once the request has been upgraded.</summary>
    public Stream? Stream { get; private set; }

    /// <summary>Middleware that stands before that of the WebSockets.</summary>
    public static Task InsertAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } feature)
        {
            var capture = new UpgradeCapture(feature);
            context.Features.Set<IHttpUpgradeFeature>(capture);
            context.Features.Set(capture);
        }

        return next(context);
    }

    public async Task<Stream> UpgradeAsync() => Stream = await inner.UpgradeAsync();
}
