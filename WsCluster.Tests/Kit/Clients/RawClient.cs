using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace WsCluster.Tests.Kit;

/// <summary>A bare TCP connection for what no client library would send.</summary>
public sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp;

    private RawClient(TcpClient tcp) => _tcp = tcp;

    /// <summary>Connects.</summary>
    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        return new RawClient(tcp);
    }

    /// <summary>Connects and shakes hands for a WebSocket.</summary>
    public static async Task<RawClient> UpgradeAsync(Uri url, string? subprotocol = Subprotocols.Json)
    {
        var client = await ConnectAsync(url);
        await client.SendAsync(Encoding.ASCII.GetBytes(HandshakeRequest(url, subprotocol)));
        var head = await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101", head, StringComparison.Ordinal);
        return client;
    }

    /// <summary>A whole handshake request.</summary>
    public static string HandshakeRequest(Uri url, string? subprotocol = Subprotocols.Json) =>
        $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        (subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n") + "\r\n";

    /// <summary>A client's frame, with a mask of zeros (a mask none the less) or, wrongly, without one.</summary>
    /// <param name="opcode">Opcode; FIN is set.</param>
    /// <param name="payload">What is sent.</param>
    /// <param name="announced">Length in the header, if it is to differ.</param>
    /// <param name="masked">False breaks the protocol.</param>
    public static byte[] Frame(byte opcode, ReadOnlySpan<byte> payload, long? announced = null, bool masked = true)
    {
        var header = new byte[14];
        header[0] = (byte)(0x80 | opcode);
        header[1] = (byte)((masked ? 0x80 : 0) | 127);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), announced ?? payload.Length);
        return [.. header.AsSpan(0, masked ? 14 : 10), .. payload];
    }

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes) =>
        await _tcp.GetStream().WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Reads an HTTP response's head.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await ReadAsync(one) == 0)
            {
                break;
            }

            head.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. head]);
    }

    /// <summary>Reads so many bytes.</summary>
    public Task<byte[]> ReadBytesAsync(int count) => ReadExactlyAsync(count);

    /// <summary>Reads frames until a close frame or the end of the connection.</summary>
    /// <returns>The close code; null when the connection just ended.</returns>
    public async Task<int?> ReadCloseCodeAsync()
    {
        try
        {
            while (true)
            {
                var (opcode, payload) = await ReadFrameAsync();
                if (opcode == 8)
                {
                    return payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return null;
        }
    }

    /// <summary>Reads frames until one contains a text.</summary>
    /// <returns>All of them.</returns>
    public async Task<IReadOnlyList<string>> ReadUntilAsync(string text)
    {
        List<string> frames = [];
        do
        {
            frames.Add(Encoding.UTF8.GetString((await ReadFrameAsync()).Payload));
        }
        while (!frames[^1].Contains(text, StringComparison.Ordinal));

        return frames;
    }

    /// <summary>Waits until the server has ended the connection.</summary>
    public async Task ReadToEndAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (await ReadAsync(buffer) > 0)
            {
                // Only the end counts.
            }
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tcp.Dispose();

    private async Task<(int Opcode, byte[] Payload)> ReadFrameAsync()
    {
        var header = await ReadExactlyAsync(2);
        var length = header[1] & 0x7F;
        length = length switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(2)),
            127 => (int)BinaryPrimitives.ReadInt64BigEndian(await ReadExactlyAsync(8)),
            _ => length,
        };
        return (header[0] & 0x0F, await ReadExactlyAsync(length));
    }

    private async Task<byte[]> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        await _tcp.GetStream().ReadExactlyAsync(bytes, TestContext.Current.CancellationToken).AsTask().Within($"{count} bytes arrive", TimeSpan.FromSeconds(60));
        return bytes;
    }

    private async Task<int> ReadAsync(byte[] buffer) =>
        await _tcp.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().Within("bytes arrive, or the end", TimeSpan.FromSeconds(60));
}
