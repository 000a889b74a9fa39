using System.Net.WebSockets;

namespace WsCluster.Tests.Kit;

/// <summary>A client without a sub-protocol: frames in and out are the payload.</summary>
public sealed class SimpleClient : SocketClient
{
    private SimpleClient(ClientWebSocket socket)
        : base(socket)
    {
    }

    /// <summary>What arrived, in order.</summary>
    public Inbox<SimpleMessage> Messages { get; } = new();

    /// <summary>Connects; there is no frame to wait for.</summary>
    public static async Task<SimpleClient> ConnectAsync(Uri url, params string[] subprotocols)
    {
        var client = new SimpleClient(await OpenAsync(url, subprotocols));
        client.StartReading();
        return client;
    }

    protected override void OnMessage(ReadOnlyMemory<byte> message, WebSocketMessageType type) =>
        Messages.Add(new SimpleMessage(type, message.ToArray()));
}
