using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using WsCluster.Server.Clients.WebSockets;
using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients.Json;

/// <summary>Builds <c>message</c> frames of the JSON subprotocol. Not thread-safe: one builder belongs to one inbox reader.</summary>
internal sealed class JsonMessageFrame
{
    private static readonly JsonWriterOptions Options = new()
    {
        // The frame is no HTML; escaping what JSON needn't would only make it longer.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>A message larger than this doesn't leave its buffer behind.</summary>
    private const int MaxKept = 256 * 1024;

    private ArrayBufferWriter<byte> _buffer = new(512);
    private readonly Utf8JsonWriter _writer;

    public JsonMessageFrame() => _writer = new Utf8JsonWriter(_buffer, Options);

    /// <summary>The whole frame, header included.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sequenceId">For reliable clients; 0 is none.</param>
    public byte[] Build(IncomingMessage message, long sequenceId = 0)
    {
        if (_buffer.Capacity > MaxKept)
        {
            _buffer = new ArrayBufferWriter<byte>(512);
        }

        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        Write(message, sequenceId);
        _writer.Flush();
        return WebSocketFrame.Build(WebSocketFrame.Text, _buffer.WrittenSpan);
    }

    private void Write(IncomingMessage message, long sequenceId)
    {
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, "message"u8);
        if (message.Kind == TargetKind.Group)
        {
            _writer.WriteString("from"u8, "group"u8);
            _writer.WriteString("group"u8, message.Target);
        }
        else
        {
            _writer.WriteString("from"u8, "server"u8);
        }

        if (sequenceId != 0)
        {
            _writer.WriteNumber("sequenceId"u8, sequenceId);
        }

        if (message.FromUserId is not null)
        {
            _writer.WriteString("fromUserId"u8, message.FromUserId);
        }

        if (message.Kind != TargetKind.Group && message.FromConnectionId is not null)
        {
            _writer.WriteString("fromConnectionId"u8, message.FromConnectionId);
        }

        switch (message.DataType)
        {
            case DataType.Json:
                _writer.WriteString("dataType"u8, "json"u8);
                _writer.WritePropertyName("data"u8);
                _writer.WriteRawValue(message.Data, skipInputValidation: true);
                break;
            case DataType.Text:
                _writer.WriteString("dataType"u8, "text"u8);
                _writer.WriteString("data"u8, message.Data);
                break;
            case DataType.Binary:
                _writer.WriteString("dataType"u8, "binary"u8);
                _writer.WriteBase64String("data"u8, message.Data);
                break;
            default:
                _writer.WriteString("dataType"u8, "protobuf"u8);
                _writer.WriteBase64String("data"u8, message.Data);
                break;
        }

        _writer.WriteEndObject();
    }
}
