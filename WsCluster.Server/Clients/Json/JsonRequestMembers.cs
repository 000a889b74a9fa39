using System.Text.Json;

namespace WsCluster.Server.Clients.Json;

/// <summary>The members of a request that the parser knows, as they come.</summary>
internal ref struct JsonRequestMembers
{
    /// <summary>What is wrong with a member; null if nothing is.</summary>
    public string? Fault;

    public string? Type;
    public string? Group;
    public string? Event;
    public string? UserId;
    public string? ConnectionId;
    public string? InvocationId;
    public string? StreamId;
    public string? DataType;
    public ulong? AckId;
    public bool NoEcho;
    public ulong? SequenceId;
    public string? IdempotencyKey;
    public bool HasStream;

    /// <summary>The <c>streamId</c> inside <c>stream</c>, where <c>sendToGroup</c> has it.</summary>
    public string? StartedStreamId;
    public string[]? Excluded;

    /// <summary>Where <c>data</c> is in the message.</summary>
    public int DataStart;
    public int DataLength;
    public JsonTokenType DataKind;

    /// <summary>Reads the member whose name the reader is at, and stops at the last token of its value.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("type"u8))
        {
            Type = ReadString(ref reader, "type");
        }
        else if (reader.ValueTextEquals("group"u8))
        {
            Group = ReadString(ref reader, "group");
        }
        else if (reader.ValueTextEquals("ackId"u8))
        {
            reader.Read();
            AckId = reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var id) ? id : null;
            if (AckId is null && reader.TokenType != JsonTokenType.Null)
            {
                Fail(ref reader, "'ackId' is not an unsigned 64-bit integer.");
            }
        }
        else if (reader.ValueTextEquals("data"u8))
        {
            reader.Read();
            DataKind = reader.TokenType;
            DataStart = (int)reader.TokenStartIndex;
            reader.Skip();
            DataLength = (int)reader.BytesConsumed - DataStart;
        }
        else if (reader.ValueTextEquals("dataType"u8))
        {
            DataType = ReadString(ref reader, "dataType");
        }
        else if (reader.ValueTextEquals("noEcho"u8))
        {
            NoEcho = ReadBoolean(ref reader, "noEcho");
        }
        else if (reader.ValueTextEquals("event"u8))
        {
            Event = ReadString(ref reader, "event");
        }
        else if (reader.ValueTextEquals("connectionId"u8))
        {
            ConnectionId = ReadString(ref reader, "connectionId");
        }
        else if (reader.ValueTextEquals("userId"u8))
        {
            UserId = ReadString(ref reader, "userId");
        }
        else if (reader.ValueTextEquals("excluded"u8))
        {
            ReadExcluded(ref reader);
        }
        else if (reader.ValueTextEquals("sequenceId"u8))
        {
            ReadSequenceId(ref reader);
        }
        else if (reader.ValueTextEquals("idempotencyKey"u8))
        {
            IdempotencyKey = ReadString(ref reader, "idempotencyKey");
        }
        else if (reader.ValueTextEquals("invocationId"u8))
        {
            InvocationId = ReadString(ref reader, "invocationId");
        }
        else if (reader.ValueTextEquals("streamId"u8))
        {
            StreamId = ReadString(ref reader, "streamId");
        }
        else if (reader.ValueTextEquals("stream"u8))
        {
            ReadStream(ref reader);
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private string? ReadString(ref Utf8JsonReader reader, string member)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.Null)
        {
            return reader.GetString();
        }

        Fail(ref reader, $"'{member}' is not a string.");
        return null;
    }

    private bool ReadBoolean(ref Utf8JsonReader reader, string member)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            return reader.GetBoolean();
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            Fail(ref reader, $"'{member}' is not a boolean.");
        }

        return false;
    }

    private void ReadSequenceId(ref Utf8JsonReader reader)
    {
        reader.Read();

        // Documents show it quoted, the SDK sends a number.
        ulong id = 0;
        var isId = reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetUInt64(out id),
            JsonTokenType.String => ulong.TryParse(reader.GetString(), out id),
            _ => false,
        };
        SequenceId = isId ? id : null;
        if (!isId)
        {
            Fail(ref reader, "'sequenceId' is not an unsigned 64-bit integer.");
        }
    }

    private void ReadExcluded(ref Utf8JsonReader reader)
    {
        Excluded = null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Fail(ref reader, "'excluded' is not an array of connection ids.");
            return;
        }

        List<string> excluded = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && excluded.Count < JsonRequestParser.MaxExcluded
                && reader.GetString() is { Length: <= JsonRequestParser.MaxIdLength } id)
            {
                excluded.Add(id);
            }
            else
            {
                Fail(ref reader, $"'excluded' is not an array of at most {JsonRequestParser.MaxExcluded} connection ids.");
            }
        }

        Excluded = [.. excluded];
    }

    private void ReadStream(ref Utf8JsonReader reader)
    {
        HasStream = false;
        StartedStreamId = null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Fail(ref reader, "'stream' is not an object.");
            return;
        }

        HasStream = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("streamId"u8))
            {
                StartedStreamId = ReadString(ref reader, "stream.streamId");
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private void Fail(ref Utf8JsonReader reader, string fault)
    {
        Fault ??= fault;
        reader.Skip();
    }
}
