using System.Net;
using System.Text;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>The HTTP request that turns a connection into a WebSocket.</summary>
internal static class UpgradeRequest
{
    /// <summary>The key of the example in RFC 6455. The server's answer to it is not checked: what connects here is a load, not a browser.</summary>
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private static readonly byte[] HeadersEnd = "\r\n\r\n"u8.ToArray();

    /// <summary>The first step of opening a WebSocket.</summary>
    /// <param name="host">For the Host header.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="subprotocol">What to offer, if anything.</param>
    /// <param name="compressed">Whether the server has to agree to compress each message for itself (RFC 7692, no context takeover).</param>
    public static OpeningStep Step(EndPoint host, string target, string? subprotocol = null, bool compressed = false)
    {
        var request = new StringBuilder($"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
        request.Append($"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\n");
        if (subprotocol is not null)
        {
            request.Append($"Sec-WebSocket-Protocol: {subprotocol}\r\n");
        }

        if (compressed)
        {
            request.Append("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n");
        }

        var step = new OpeningStep(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()), HeadersEnd);
        return compressed ? step with { Required = "permessage-deflate; server_no_context_takeover" } : step;
    }
}
