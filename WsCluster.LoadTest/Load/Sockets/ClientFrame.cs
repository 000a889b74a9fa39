using System.Buffers.Binary;
using System.Text;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>
/// Builds WebSocket frames as a client sends them: masked. The mask is zero, which the protocol allows and servers treat like any other,
/// so a frame can be built once and its marker written into it as it is.
/// </summary>
internal static class ClientFrame
{
    public const byte TextCode = 0x81;
    public const byte BinaryCode = 0x82;

    private const byte Masked = 0x80;

    /// <summary>An unasked-for pong: a sign of life that no server has to answer (RFC 6455, 5.5.3).</summary>
    public static byte[] Pong { get; } = Build(0x8A, []);

    /// <summary>A close frame, code 1000.</summary>
    public static byte[] Close { get; } = Build(0x88, [0x03, 0xE8]);

    public static byte[] Text(string payload) => Build(TextCode, Encoding.UTF8.GetBytes(payload));

    public static byte[] Build(byte first, ReadOnlySpan<byte> payload)
    {
        var lengthBytes = payload.Length < 126 ? 0 : payload.Length <= ushort.MaxValue ? 2 : 8;
        var frame = new byte[2 + lengthBytes + 4 + payload.Length];
        frame[0] = first;
        switch (lengthBytes)
        {
            case 0:
                frame[1] = (byte)(Masked | payload.Length);
                break;
            case 2:
                frame[1] = Masked | 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                break;
            default:
                frame[1] = Masked | 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
                break;
        }

        payload.CopyTo(frame.AsSpan(frame.Length - payload.Length));
        return frame;
    }
}
