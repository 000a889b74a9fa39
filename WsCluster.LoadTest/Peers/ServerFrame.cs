using System.Buffers;
using System.Buffers.Binary;

namespace WsCluster.LoadTest.Peers;

/// <summary>Text frames as a server sends them (RFC 6455, 5.2): final, not masked.</summary>
internal static class ServerFrame
{
    private const byte Text = 0x81;
    private const int MaxHeader = 10;

    public static byte[] Build(ReadOnlySpan<byte> payload)
    {
        var target = new ArrayBufferWriter<byte>(MaxHeader + payload.Length);
        Append(target, payload);
        return target.WrittenSpan.ToArray();
    }

    public static void Append(IBufferWriter<byte> target, ReadOnlySpan<byte> payload)
    {
        var header = target.GetSpan(MaxHeader);
        header[0] = Text;
        switch (payload.Length)
        {
            case < 126:
                header[1] = (byte)payload.Length;
                target.Advance(2);
                break;
            case <= ushort.MaxValue:
                header[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)payload.Length);
                target.Advance(4);
                break;
            default:
                header[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(header[2..], (ulong)payload.Length);
                target.Advance(MaxHeader);
                break;
        }

        target.Write(payload);
    }
}
