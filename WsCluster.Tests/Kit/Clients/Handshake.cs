using System.Net;
using System.Net.WebSockets;

namespace WsCluster.Tests.Kit;

/// <summary>The outcome of a handshake.</summary>
/// <param name="Status">101, or the status of the refusal.</param>
/// <param name="Subprotocol">The sub-protocol that was chosen.</param>
/// <param name="Headers">Headers of the answer.</param>
public sealed record Handshake(HttpStatusCode Status, string? Subprotocol, IReadOnlyDictionary<string, IEnumerable<string>> Headers)
{
    /// <summary>Tries to connect and drops the connection again.</summary>
    public static async Task<Handshake> TryAsync(Uri url, params string[] subprotocols) => await TryAsync(url, null, subprotocols);

    /// <summary>Tries to connect with an Authorization header.</summary>
    public static async Task<Handshake> TryAsync(Uri url, string? authorization, string[] subprotocols)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.Proxy = null;
        if (authorization is not null)
        {
            socket.Options.SetRequestHeader("Authorization", authorization);
        }

        foreach (var subprotocol in subprotocols)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        try
        {
            await socket.ConnectAsync(url, TestContext.Current.CancellationToken);
        }
        catch (WebSocketException) when (socket.HttpStatusCode is not 0 and not HttpStatusCode.SwitchingProtocols)
        {
            // Refused; the status says why.
        }

        return new Handshake(socket.HttpStatusCode, socket.SubProtocol, socket.HttpResponseHeaders ?? new Dictionary<string, IEnumerable<string>>());
    }
}
