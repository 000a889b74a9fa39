using System.Runtime.InteropServices;
using System.Text;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>Goes through the steps of opening a connection; what comes back is only searched for what each step expects.</summary>
internal sealed class ConnectionOpening(IReadOnlyList<OpeningStep> steps)
{
    /// <summary>A server that answers more than this and not what is expected will not do so later either.</summary>
    private const int MaxAnswer = 64 * 1024;

    private readonly List<byte> _answer = [];
    private int _step;
    private int _searched;

    /// <summary>What the first step sends.</summary>
    public byte[] Send => steps.Count > 0 ? steps[0].Send : [];

    /// <summary>Whether all steps are done.</summary>
    public bool IsDone => _step >= steps.Count;

    /// <summary>What came after the last step's answer: the first messages, perhaps.</summary>
    public ReadOnlySpan<byte> Rest => CollectionsMarshal.AsSpan(_answer)[_searched..];

    /// <summary>Takes what came back, and sends the steps that are due.</summary>
    /// <returns>Why the connection can't be opened; null if nothing is wrong.</returns>
    public string? Advance(ReadOnlySpan<byte> bytes, LoadConnection connection)
    {
        _answer.AddRange(bytes);
        var answer = CollectionsMarshal.AsSpan(_answer);
        while (!IsDone)
        {
            var expected = steps[_step].Expect;
            var at = answer[_searched..].IndexOf(expected);
            if (at < 0)
            {
                return answer.Length > MaxAnswer ? $"answered something else than expected: {Excerpt(answer)}" : null;
            }

            if (_step == 0 && answer.StartsWith("HTTP/"u8) && !answer.StartsWith("HTTP/1.1 101"u8))
            {
                return $"was refused: {Excerpt(answer[..answer.IndexOf("\r\n"u8)])}";
            }

            if (steps[_step].Required is { } required && answer.Slice(_searched, at).IndexOf(Encoding.ASCII.GetBytes(required)) < 0)
            {
                return $"did not answer with '{required}'";
            }

            _searched += at + expected.Length;
            _step++;
            if (!IsDone)
            {
                connection.Append(steps[_step].Send);
                connection.Flush();
            }
        }

        return null;
    }

    private static string Excerpt(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 200)]);
}
