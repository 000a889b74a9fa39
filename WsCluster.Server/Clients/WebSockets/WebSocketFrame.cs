using System.Buffers.Binary;

namespace WsCluster.Server.Clients.WebSockets;

/// <summary>Frames from server to client (RFC 6455, section 5.2): final, unmasked.</summary>
internal static class WebSocketFrame
{
    public const byte Text = 0x81;
    public const byte Binary = 0x82;

    /// <summary>Longest header: 2 bytes and a 64-bit length.</summary>
    public const int MaxHeaderLength = 10;

    /// <summary>An empty ping.</summary>
    public static byte[] Ping { get; } = [0x89, 0];

    /// <summary>A frame with this payload.</summary>
    public static byte[] Build(byte opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength(payload.Length) + payload.Length];
        var header = WriteHeader(frame, opcode, payload.Length);
        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }

    /// <summary>What such a frame carries.</summary>
    public static ReadOnlySpan<byte> Payload(byte[] frame) => frame.AsSpan(frame[1] switch { 126 => 4, 127 => MaxHeaderLength, _ => 2 });

    public static int HeaderLength(int payloadLength) => payloadLength switch
    {
        < 126 => 2,
        <= ushort.MaxValue => 4,
        _ => MaxHeaderLength,
    };

    /// <summary>Writes a header and returns its length.</summary>
    public static int WriteHeader(Span<byte> destination, byte opcode, int payloadLength)
    {
        destination[0] = opcode;
        var length = HeaderLength(payloadLength);
        switch (length)
        {
            case 2:
                destination[1] = (byte)payloadLength;
                break;
            case 4:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
                break;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)payloadLength);
                break;
        }

        return length;
    }
}
