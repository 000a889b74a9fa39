using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace WsCluster.Server.Transport;

/// <summary>Reads <c>struct sockaddr_in</c> and <c>sockaddr_in6</c>.</summary>
internal static class SocketName
{
    /// <summary>Room for either.</summary>
    public const int Size = 28;

    private const ushort IPv4 = 2;
    private const ushort IPv6 = 10;

    /// <summary>The end point; null for another family.</summary>
    public static IPEndPoint? Read(ReadOnlySpan<byte> name)
    {
        if (name.Length < 8)
        {
            return null;
        }

        int port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        return MemoryMarshal.Read<ushort>(name) switch
        {
            IPv4 => new IPEndPoint(new IPAddress(name.Slice(4, 4)), port),
            IPv6 when name.Length >= Size => new IPEndPoint(new IPAddress(name.Slice(8, 16), MemoryMarshal.Read<uint>(name[24..])), port),
            _ => null,
        };
    }
}
