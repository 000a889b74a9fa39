using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients.Json;

/// <summary>
/// Reads a request of the JSON subprotocol in one pass over its bytes. Unknown members are ignored, and of a member that comes twice the last one counts.
/// </summary>
internal static class JsonRequestParser
{
    /// <summary>Longest id of a user, connection, invocation or stream, in characters. Nothing that exists here is longer.</summary>
    public const int MaxIdLength = 4096;

    /// <summary>Most connections that a message may exclude.</summary>
    public const int MaxExcluded = 1000;

    /// <summary>Most characters of an idempotency key.</summary>
    public const int MaxIdempotencyKeyLength = 128;

    private const int MaxDepth = 512;

    /// <summary>Parses a message.</summary>
    /// <param name="json">The message.</param>
    /// <param name="isText">Whether it came in a text frame, whose UTF-8 the WebSocket has checked.</param>
    /// <param name="scratch">At least as long as the message; takes data that has to be decoded.</param>
    /// <param name="request">The request.</param>
    /// <param name="error">What is wrong with it, for the client; null if nothing is.</param>
    public static bool TryParse(ReadOnlySpan<byte> json, bool isText, Span<byte> scratch, out JsonRequest request, out string? error)
    {
        request = default;
        if (!isText && !Utf8.IsValid(json))
        {
            error = "The message is not UTF-8.";
            return false;
        }

        try
        {
            var members = new JsonRequestMembers();
            Read(json, ref members);
            error = Check(json, members, scratch, ref request);
        }
        catch (JsonException)
        {
            error = "The message is not JSON.";
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader's answer to \ud800 and the like: an escape that is no character.
            error = "A string of the message is not Unicode.";
        }

        return error is null;
    }

    private static void Read(ReadOnlySpan<byte> json, ref JsonRequestMembers members)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            members.Fault = "The message is not a JSON object.";
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            members.Read(ref reader);
        }

        // Reads to the end, so that anything after the object is an error.
        while (reader.Read())
        {
        }
    }

    private static string? Check(ReadOnlySpan<byte> json, in JsonRequestMembers members, Span<byte> scratch, ref JsonRequest request)
    {
        if (members.Fault is not null)
        {
            return members.Fault;
        }

        if (members.Type is null)
        {
            return "'type' is missing.";
        }

        if (!Enum.TryParse(members.Type, ignoreCase: true, out request.Type) || !IsName(members.Type))
        {
            return $"'type' is not one that is known: {Shorten(members.Type)}.";
        }

        request.AckId = members.AckId;
        request.Group = members.Group;
        request.Event = members.Event;
        request.UserId = members.UserId;
        request.ConnectionId = members.ConnectionId;
        request.InvocationId = members.InvocationId;
        request.StreamId = request.Type == JsonRequestType.SendToGroup ? members.StartedStreamId : members.StreamId;
        request.NoEcho = members.NoEcho;
        request.Excluded = members.Excluded;
        request.SequenceId = members.SequenceId ?? 0;
        request.IdempotencyKey = members.IdempotencyKey;
        if (members.IdempotencyKey is { } key && (key.Length is 0 or > MaxIdempotencyKeyLength))
        {
            return $"'idempotencyKey' is not 1 to {MaxIdempotencyKeyLength} characters long.";
        }

        return request.Type switch
        {
            JsonRequestType.JoinGroup or JsonRequestType.LeaveGroup => CheckGroup(request),
            JsonRequestType.SetGroupState or JsonRequestType.SubscribeGroupState or JsonRequestType.UnsubscribeGroupState => CheckGroup(request),
            JsonRequestType.SendToGroup when members.HasStream => CheckGroup(request) ?? CheckId(request.StreamId, "stream.streamId"),
            JsonRequestType.SendToGroup => CheckGroup(request) ?? CheckData(json, members, scratch, ref request),
            JsonRequestType.Event => CheckEvent(request.Event) ?? CheckData(json, members, scratch, ref request),
            JsonRequestType.SequenceAck => members.SequenceId is not null ? null : "'sequenceId' is missing.",
            JsonRequestType.Invoke => CheckId(request.InvocationId, "invocationId"),
            JsonRequestType.CancelInvocation => CheckId(request.InvocationId, "invocationId"),
            JsonRequestType.StreamData or JsonRequestType.StreamEnd => CheckId(request.StreamId, "streamId"),
            JsonRequestType.SendToConnection =>
                CheckId(request.ConnectionId, "connectionId") ?? CheckData(json, members, scratch, ref request),
            JsonRequestType.SendToUser => CheckId(request.UserId, "userId") ?? CheckData(json, members, scratch, ref request),
            JsonRequestType.Broadcast => CheckData(json, members, scratch, ref request),
            _ => null,
        };
    }

    /// <summary>Enum.TryParse also takes numbers, lists and white space, which no client means.</summary>
    private static bool IsName(string type) => type.All(char.IsAsciiLetter);

    private static string? CheckGroup(in JsonRequest request) =>
        request.Group is null ? "'group' is missing."
        : HubName.IsValidGroup(request.Group) ? null
        : $"'group' is not a group name; it takes 1 to {HubName.MaxGroupLength} characters, not only white space.";

    private static string? CheckEvent(string? name) =>
        name is null ? "'event' is missing."
        : HubName.IsValidEvent(name) ? null
        : "'event' is not an event name; it takes a letter and up to 127 more of A-Z a-z 0-9 _ . -";

    private static string? CheckId(string? id, string member) =>
        string.IsNullOrEmpty(id) ? $"'{member}' is missing."
        : id.Length <= MaxIdLength ? null
        : $"'{member}' is longer than {MaxIdLength} characters.";

    private static string? CheckData(ReadOnlySpan<byte> json, in JsonRequestMembers members, Span<byte> scratch, ref JsonRequest request)
    {
        if (!TryParseDataType(members.DataType, out request.DataType))
        {
            return "'dataType' is not one of json, text, binary, protobuf.";
        }

        var data = json.Slice(members.DataStart, members.DataLength);
        if (request.DataType == DataType.Json)
        {
            request.Data = data;
            return members.DataKind is JsonTokenType.None or JsonTokenType.Null ? "'data' is missing." : null;
        }

        if (members.DataKind != JsonTokenType.String)
        {
            return "'data' is not a string, as its 'dataType' wants it.";
        }

        var reader = new Utf8JsonReader(data);
        reader.Read();
        var length = reader.CopyString(scratch);
        if (request.DataType != DataType.Text && !TryDecode(scratch, ref length))
        {
            return "'data' is not base64.";
        }

        request.Data = scratch[..length];
        return null;
    }

    /// <summary>Decodes base64 where it is. .NET would skip white space; the protocol has none.</summary>
    private static bool TryDecode(Span<byte> data, ref int length) =>
        !data[..length].ContainsAny(" \t\r\n"u8) && Base64.DecodeFromUtf8InPlace(data[..length], out length) == OperationStatus.Done;

    private static bool TryParseDataType(string? name, out DataType type)
    {
        type = DataType.Json;
        return name is null || (Enum.TryParse(name, ignoreCase: true, out type) && IsName(name));
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..(char.IsHighSurrogate(text[39]) ? 39 : 40)] + "…";
}
