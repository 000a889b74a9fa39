using System.Buffers.Binary;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>Cuts what a server sends into frames (RFC 6455, 5.2): they are not masked.</summary>
internal static class ServerFrameReader
{
    private const byte Rsv1 = 0x40;

    /// <summary>Reads the frame that the bytes begin with.</summary>
    /// <param name="bytes">What was read.</param>
    /// <param name="frame">The frame with its header.</param>
    /// <param name="payload">Its payload.</param>
    /// <returns>Whether the frame is whole.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> payload)
    {
        frame = payload = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        var header = bytes[1] switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < header)
        {
            return false;
        }

        var length = header switch
        {
            2 => bytes[1],
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => (long)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
        };
        if (bytes.Length - header < length)
        {
            return false;
        }

        frame = bytes[..(header + (int)length)];
        payload = frame[header..];
        return true;
    }

    /// <summary>Whether a frame's payload is compressed (RFC 7692, 6).</summary>
    public static bool IsCompressed(ReadOnlySpan<byte> frame) => (frame[0] & Rsv1) != 0;
}
