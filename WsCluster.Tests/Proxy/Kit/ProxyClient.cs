using System.Net;
using System.Net.WebSockets;

namespace WsCluster.Tests.Proxy.Kit;

/// <summary>A WebSocket through the proxy, with what its handshake said.</summary>
internal sealed class ProxyClient : IDisposable
{
    private static readonly HttpMessageInvoker Invoker = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });

    private readonly ClientWebSocket _socket;

    private ProxyClient(ClientWebSocket socket) => _socket = socket;

    public string Node => _socket.HttpResponseHeaders!.First(header => header.Key.Equals("x-wscluster-node", StringComparison.OrdinalIgnoreCase)).Value.Single();

    /// <summary>name=value of the affinity cookie that the handshake set; null if it set none.</summary>
    public string? Cookie => _socket.HttpResponseHeaders!.Where(header => header.Key.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
        .SelectMany(header => header.Value).SingleOrDefault()?.Split(';')[0];

    public static async Task<ProxyClient> ConnectAsync(
        string proxy, string pathAndQuery = "/client/hubs/chat", string? cookie = null, Version? version = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.HttpVersion = version ?? HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        if (cookie is not null)
        {
            socket.Options.SetRequestHeader("Cookie", cookie);
        }

        try
        {
            await socket.ConnectAsync(new Uri(proxy.Replace("http://", "ws://", StringComparison.Ordinal) + pathAndQuery), Invoker, TestContext.Current.CancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new ProxyClient(socket);
    }

    /// <summary>Sends a message and asserts that it comes back.</summary>
    public async Task EchoAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var sent = Guid.NewGuid().ToByteArray();
        await _socket.SendAsync(sent, WebSocketMessageType.Binary, true, cancellation);
        var buffer = new byte[64];
        var received = await _socket.ReceiveAsync(buffer, cancellation);
        Assert.Equal(sent, buffer[..received.Count]);
    }

    public void Dispose() => _socket.Dispose();
}
