using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Transport.Kit;

/// <summary>Bytes on their way through the transport.</summary>
internal static class Bytes
{
    /// <summary>Bytes none of which says the same as its neighbour, and whose pattern does not repeat with a power of two.</summary>
    public static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i % 251);
        }

        return bytes;
    }

    /// <summary>Reads until the peer has sent this much.</summary>
    public static async Task<byte[]> ReceiveAsync(this Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(read), TestContext.Current.CancellationToken).AsTask().Within("the peer sends more");
            Assert.True(count > 0, $"The peer has closed after {read} of {length} bytes.");
            read += count;
        }

        return bytes;
    }

    /// <summary>Reads until the peer closes.</summary>
    public static async Task<byte[]> ReceiveToEndAsync(this Socket socket)
    {
        using var bytes = new MemoryStream();
        var piece = new byte[16 * 1024];
        while (true)
        {
            var count = await socket.ReceiveAsync(piece, TestContext.Current.CancellationToken).AsTask().Within("the peer sends more, or closes");
            if (count == 0)
            {
                break;
            }

            bytes.Write(piece.AsSpan(0, count));
        }

        return bytes.ToArray();
    }

    /// <summary>Reads until there are this many bytes, and takes them.</summary>
    public static async Task<byte[]> ReadAsync(this PipeReader reader, int length)
    {
        var result = await reader.ReadAtLeastAsync(length, TestContext.Current.CancellationToken).AsTask().Within("the client sends more");
        Assert.True(result.Buffer.Length >= length, $"The client has closed after {result.Buffer.Length} of {length} bytes.");
        var bytes = result.Buffer.Slice(0, length).ToArray();
        reader.AdvanceTo(result.Buffer.GetPosition(length));
        return bytes;
    }

    /// <summary>Sends text as it is.</summary>
    public static async Task SendAsync(this Socket socket, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        Assert.Equal(bytes.Length, await socket.SendAsync(bytes, TestContext.Current.CancellationToken));
    }
}
