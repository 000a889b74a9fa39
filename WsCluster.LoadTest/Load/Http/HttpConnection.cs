using System.Buffers.Text;
using System.Net;
using System.Text;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Load.Http;

/// <summary>A keep-alive connection that asks for the same path again as soon as it has the whole answer.</summary>
internal sealed class HttpConnection(EventLoop loop, EndPoint endpoint, string path) : LoadConnection(loop, endpoint, [])
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {endpoint}\r\n\r\n");
    private readonly List<byte> _answer = [];

    /// <summary>Answers with status 200.</summary>
    public long Answers { get; private set; }

    /// <summary>Other answers.</summary>
    public long Failures { get; private set; }

    /// <summary>Asks.</summary>
    public void Ask()
    {
        Append(_request);
        Flush();
    }

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }

        if (_answer.Count == 0 && IsWhole(bytes))
        {
            Count(bytes);
            return 0;
        }

        _answer.AddRange(bytes);
        var answer = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_answer);
        if (IsWhole(answer))
        {
            Count(answer);
            _answer.Clear();
        }

        return 0;
    }

    /// <summary>Whether the answer has all its bytes, by its Content-Length or its last chunk.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var name = "\r\ncontent-length: "u8;
        for (var at = 0; at + name.Length < end; at++)
        {
            if (answer[at] == '\r' && Ascii.EqualsIgnoreCase(answer.Slice(at, name.Length), name)
                && Utf8Parser.TryParse(answer[(at + name.Length)..], out int length, out _))
            {
                return answer.Length >= end + 4 + length;
            }
        }

        return answer.EndsWith("0\r\n\r\n"u8);
    }

    private void Count(ReadOnlySpan<byte> answer)
    {
        if (answer.StartsWith("HTTP/1.1 200"u8))
        {
            Answers++;
        }
        else
        {
            Failures++;
        }

        Ask();
    }
}
