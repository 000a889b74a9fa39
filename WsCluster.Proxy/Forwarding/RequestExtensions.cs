using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace WsCluster.Proxy.Forwarding;

internal static class RequestExtensions
{
    private const string WebSocket = "websocket";

    /// <summary>Whether the client asks for a WebSocket, over HTTP/1.1 (Upgrade) or HTTP/2 (extended CONNECT).</summary>
    public static bool IsWebSocketHandshake(this HttpRequest request)
    {
        var features = request.HttpContext.Features;
        return features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            ? HttpMethods.IsGet(request.Method) && request.Headers[HeaderNames.Upgrade].ToString().Equals(WebSocket, StringComparison.OrdinalIgnoreCase)
            : features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: { } protocol }
                && protocol.Equals(WebSocket, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a node that already had the request may have it again: nothing of it is used up, and it changes nothing.</summary>
    public static bool IsRepeatable(this HttpRequest request) =>
        request.IsWebSocketHandshake()
        || ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true });
}
