using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WsCluster.Tests.Kit;

/// <summary>
/// A client of <c>json.webpubsub.azure.v1</c>, or of its reliable sibling, that hides nothing: every frame is kept, every request can be
/// made wrong, and nothing is acknowledged by itself.
/// </summary>
public sealed class TestClient : SocketClient
{
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<Ack>> _pending = new();
    private readonly TaskCompletionSource<JsonElement> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<ReadOnlyMemory<byte>>? _onMessage;
    private long _lastAckId;

    private TestClient(ClientWebSocket socket, Action<ReadOnlyMemory<byte>>? onMessage)
        : base(socket) => _onMessage = onMessage;

    /// <summary>Id of the connection.</summary>
    public string ConnectionId { get; private set; } = "";

    /// <summary>Id of the user; null for an anonymous one.</summary>
    public string? UserId { get; private set; }

    /// <summary>With it a reliable client may come back; null if the server gave none.</summary>
    public string? ReconnectionToken { get; private set; }

    /// <summary>Every frame, acks included, in order.</summary>
    public Inbox<JsonElement> Frames { get; } = new();

    /// <summary>The <c>message</c> frames, in order.</summary>
    public Inbox<ReceivedMessage> Messages { get; } = new();

    /// <summary>Connects and waits for the <c>connected</c> frame.</summary>
    /// <param name="url">URL of the client endpoint, with token.</param>
    /// <param name="onMessage">Takes the raw <c>message</c> frames instead of <see cref="Messages"/>, where millions are expected.</param>
    /// <param name="subprotocol">The sub-protocol.</param>
    public static async Task<TestClient> ConnectAsync(
        Uri url, Action<ReadOnlyMemory<byte>>? onMessage = null, string subprotocol = Subprotocols.Json)
    {
        var client = new TestClient(await OpenAsync(url, subprotocol), onMessage);
        client.StartReading();
        try
        {
            var connected = await client._connected.Task.Within("the connected frame arrives");
            client.ConnectionId = connected.GetProperty("connectionId").GetString()!;
            client.UserId = connected.GetProperty("userId").GetString();
            client.ReconnectionToken = connected.TryGetProperty("reconnectionToken", out var token) ? token.GetString() : null;
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request as it is, without an ackId of its own.</summary>
    public Task SendAsync(object request) => SendTextAsync(JsonSerializer.Serialize(request));

    /// <summary>Sends a request and waits for its ack.</summary>
    public async Task<Ack> RequestAsync(object request, ulong? ackId = null) =>
        await (await BeginAsync(request, ackId)).Within("the ack arrives");

    /// <summary>Sends a request; the result is the ack to come.</summary>
    public async Task<Task<Ack>> BeginAsync(object request, ulong? ackId = null)
    {
        var id = ackId ?? (ulong)Interlocked.Increment(ref _lastAckId);
        var json = (JsonObject)JsonSerializer.SerializeToNode(request)!;
        json["ackId"] = id;
        var ack = new TaskCompletionSource<Ack>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = ack;
        if (!IsOpen)
        {
            ack.TrySetException(Broken(await Closed));
        }

        await SendTextAsync(json.ToJsonString());
        return ack.Task;
    }

    protected override void OnMessage(ReadOnlyMemory<byte> message, WebSocketMessageType type)
    {
        if (type != WebSocketMessageType.Text)
        {
            throw new InvalidDataException("The JSON protocol has text frames only.");
        }

        // "message" is the only type that comes in masses, and the server writes the type first.
        if (_onMessage is not null && message.Span.StartsWith("{\"type\":\"message\""u8))
        {
            _onMessage(message);
            return;
        }

        using var document = JsonDocument.Parse(message);
        var frame = document.RootElement.Clone();
        switch (frame.GetProperty("type").GetString())
        {
            case "ack":
                Complete(frame);
                break;
            case "message" when _onMessage is not null:
                _onMessage(message);
                return;
            case "message":
                Messages.Add(new ReceivedMessage(frame));
                break;
            case "system" when frame.GetProperty("event").GetString() == "connected":
                _connected.TrySetResult(frame);
                break;
        }

        Frames.Add(frame);
    }

    protected override void OnClosed(SocketClosure closure)
    {
        _connected.TrySetException(Broken(closure));
        foreach (var ack in _pending.Values)
        {
            ack.TrySetException(Broken(closure));
        }
    }

    private static WebSocketException Broken(SocketClosure closure) => new($"The connection ended: {closure}.");

    private void Complete(JsonElement frame)
    {
        var error = frame.TryGetProperty("error", out var member) ? member : (JsonElement?)null;
        var ack = new Ack(
            frame.GetProperty("ackId").GetUInt64(),
            frame.GetProperty("success").GetBoolean(),
            error?.GetProperty("name").GetString(),
            error?.GetProperty("message").GetString());
        if (_pending.TryRemove(ack.AckId, out var pending))
        {
            pending.TrySetResult(ack);
        }
    }
}
