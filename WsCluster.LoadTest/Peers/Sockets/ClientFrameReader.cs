using System.Buffers.Binary;

namespace WsCluster.LoadTest.Peers.Sockets;

/// <summary>Reads frames that a client has sent: masked, and each a whole message.</summary>
internal static class ClientFrameReader
{
    private const int MaskLength = 4;
    private const int ControlBit = 0x08;

    /// <summary>Takes the mask off the frame that the bytes begin with.</summary>
    /// <param name="bytes">What was read.</param>
    /// <param name="length">Bytes of the frame.</param>
    /// <param name="message">Its payload; nothing if it is a control frame.</param>
    /// <returns>Whether the frame is whole.</returns>
    public static bool TryRead(Span<byte> bytes, out int length, out ReadOnlySpan<byte> message)
    {
        length = 0;
        message = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        var (lengthBytes, shortLength) = (bytes[1] & 0x7F) switch { 126 => (2, 0), 127 => (8, 0), var small => (0, small) };
        var start = 2 + lengthBytes + MaskLength;
        if (bytes.Length < start)
        {
            return false;
        }

        var payloadLength = lengthBytes switch
        {
            0 => shortLength,
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
        };
        if (bytes.Length < start + payloadLength)
        {
            return false;
        }

        length = start + payloadLength;
        if ((bytes[0] & ControlBit) == 0)
        {
            var payload = bytes[start..length];
            var mask = bytes.Slice(start - MaskLength, MaskLength);
            for (var i = 0; i < payload.Length; i++)
            {
                payload[i] ^= mask[i % MaskLength];
            }

            message = payload;
        }

        return true;
    }
}
