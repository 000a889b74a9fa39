using System.Security.Cryptography;
using System.Text;

namespace WsCluster.LoadTest.Peers.Sockets;

/// <summary>The server's side of the handshake (RFC 6455, 4.2.2), by hand.</summary>
internal static class UpgradeAnswer
{
    private const string KeyHeader = "\r\nSec-WebSocket-Key: ";
    private const string Salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Answers the request that the bytes begin with.</summary>
    /// <param name="bytes">What was read.</param>
    /// <param name="length">Bytes of the request.</param>
    /// <param name="path">The two segments of its path.</param>
    /// <param name="answer">What to send.</param>
    /// <returns>Whether the request is whole.</returns>
    public static bool TryBuild(ReadOnlySpan<byte> bytes, out int length, out string[] path, out byte[] answer)
    {
        (length, path, answer) = (0, [], []);
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        length = end + 4;
        var request = Encoding.ASCII.GetString(bytes[..length]);
        path = request.Split(' ', 3)[1].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var key = request[(request.IndexOf(KeyHeader, StringComparison.OrdinalIgnoreCase) + KeyHeader.Length)..];
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key[..key.IndexOf('\r')].Trim() + Salt)));
        answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
        return true;
    }
}
