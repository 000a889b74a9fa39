using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients.Json;

/// <summary>A request that has the right form. Members that its type doesn't have are null or default.</summary>
internal ref struct JsonRequest
{
    public JsonRequestType Type;

    /// <summary>Bytes of the whole message: what the request costs while it is under way.</summary>
    public int Size;

    public ulong? AckId;

    public string? Group;

    public string? Event;

    public string? UserId;

    public string? ConnectionId;

    public string? InvocationId;

    public string? StreamId;

    public ulong SequenceId;

    /// <summary>Names the message in its hub: another with the same key is not sent. Null is none.</summary>
    public string? IdempotencyKey;

    public bool NoEcho;

    /// <summary>Connections that don't get the message; null is none.</summary>
    public string[]? Excluded;

    public DataType DataType;

    /// <summary>
    /// JSON: the value as it was written. Text: UTF-8. Binary and protobuf: the bytes. Lives in the message's buffer, or in the one
    /// that the parser was given for what had to be decoded.
    /// </summary>
    public ReadOnlySpan<byte> Data;
}
