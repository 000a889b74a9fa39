using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using WsCluster.Server.Clients.WebSockets;
using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients.Json;

/// <summary>Frames of the JSON subprotocol that answer one client.</summary>
internal static partial class JsonFrames
{
    public static byte[] Pong { get; } = WebSocketFrame.Build(WebSocketFrame.Text, """{"type":"pong"}"""u8);

    public static byte[] Connected(string connectionId, string? userId, string? reconnectionToken = null) =>
        Build(new ConnectedFrame(userId, connectionId, reconnectionToken), Context.Default.ConnectedFrame);

    public static byte[] Disconnected(string message) => Build(new DisconnectedFrame(message), Context.Default.DisconnectedFrame);

    public static byte[] Ack(ulong ackId, SendOutcome outcome) => outcome.IsSuccess
        ? WebSocketFrame.Build(WebSocketFrame.Text, JsonAck.Success(ackId, stackalloc byte[JsonAck.MaxLength]))
        : Build(new FailedAckFrame(ackId, new ErrorBody(outcome.Error!, outcome.Message!)), Context.Default.FailedAckFrame);

    public static byte[] InvocationFailed(string invocationId, string name, string message) =>
        Build(new FailedInvocationFrame(invocationId, new ErrorBody(name, message)), Context.Default.FailedInvocationFrame);

    public static byte[] StreamClosed(string streamId, string name, string message) =>
        Build(new StreamClosedFrame(streamId, new ErrorBody(name, message)), Context.Default.StreamClosedFrame);

    private static byte[] Build<T>(T frame, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        WebSocketFrame.Build(WebSocketFrame.Text, JsonSerializer.SerializeToUtf8Bytes(frame, type));

    internal sealed record ConnectedFrame(
        string? UserId,
        string ConnectionId,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ReconnectionToken)
    {
        [JsonPropertyOrder(-2)]
        public string Type => "system";

        [JsonPropertyOrder(-1)]
        public string Event => "connected";
    }

    internal sealed record DisconnectedFrame(string Message)
    {
        [JsonPropertyOrder(-2)]
        public string Type => "system";

        [JsonPropertyOrder(-1)]
        public string Event => "disconnected";
    }

    internal sealed record FailedAckFrame([property: JsonPropertyOrder(-2)] ulong AckId, ErrorBody Error)
    {
        [JsonPropertyOrder(-3)]
        public string Type => "ack";

        [JsonPropertyOrder(-1)]
        public bool Success => false;
    }

    internal sealed record FailedInvocationFrame([property: JsonPropertyOrder(-2)] string InvocationId, ErrorBody Error)
    {
        [JsonPropertyOrder(-3)]
        public string Type => "invokeResponse";

        [JsonPropertyOrder(-1)]
        public bool Success => false;
    }

    internal sealed record StreamClosedFrame(string StreamId, ErrorBody Error)
    {
        [JsonPropertyOrder(-1)]
        public string Type => "streamClosed";
    }

    internal sealed record ErrorBody(string Name, string Message);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(ConnectedFrame))]
    [JsonSerializable(typeof(DisconnectedFrame))]
    [JsonSerializable(typeof(FailedAckFrame))]
    [JsonSerializable(typeof(FailedInvocationFrame))]
    [JsonSerializable(typeof(StreamClosedFrame))]
    private sealed partial class Context : JsonSerializerContext
    {
        static Context() => Default = new Context(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
