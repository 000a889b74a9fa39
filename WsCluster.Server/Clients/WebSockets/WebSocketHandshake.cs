using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace WsCluster.Server.Clients.WebSockets;

/// <summary>The opening handshake (RFC 6455, section 4.2) without ASP.NET Core's WebSocket middleware, which hides the transport.</summary>
internal static class WebSocketHandshake
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Whether a request is a WebSocket upgrade that can be answered.</summary>
    public static bool IsUpgrade(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && HttpMethods.IsGet(context.Request.Method)
        && HasToken(context.Request.Headers.Upgrade, "websocket")
        && context.Request.Headers.SecWebSocketVersion == "13"
        && IsKey(context.Request.Headers.SecWebSocketKey);

    /// <summary>The value of <c>Sec-WebSocket-Accept</c> for a client's key.</summary>
    public static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));

    private static bool IsKey(string? key)
    {
        Span<byte> nonce = stackalloc byte[18];
        return key is { Length: 24 } && Convert.TryFromBase64String(key, nonce, out var length) && length == 16;
    }

    private static bool HasToken(Microsoft.Extensions.Primitives.StringValues values, string token) =>
        values.Any(value => value is not null
            && value.Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase));
}
