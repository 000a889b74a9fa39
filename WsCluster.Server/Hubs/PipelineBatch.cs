using System.Buffers;
using StackExchange.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>
/// Operations that go to Redis in one script call. Neighbours with one target share a segment, so a burst into one group is one
/// argument, however many messages it has.
/// </summary>
internal sealed class PipelineBatch
{
    /// <summary>
    /// A batch is full at this many operations or bytes. The script blocks Redis while it runs, and an inbox payload must stay far below
    /// Redis's limit for slow subscribers (client-output-buffer-limit pubsub, 32 MiB by default).
    /// </summary>
    private const int MaxOperations = 2_000;
    private const int MaxBytes = 512 * 1024;

    private readonly List<Segment> _segments = [];
    private readonly List<(IPipelineCompletion Completion, int Segment)> _operations = [];
    private readonly Dictionary<string, int> _keyIndex = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];
    private readonly ArrayBufferWriter<byte> _messages = new(1024);
    private int _count;

    public bool IsFull => _operations.Count >= MaxOperations || _messages.WrittenCount >= MaxBytes;

    public bool HasInterest { get; private set; }

    public int MessageCount => _count;

    /// <summary>What the messages take of the node's <see cref="PipelineBudget"/>.</summary>
    public long Size { get; private set; }

    public void AddInterest(string set, bool interested, IPipelineCompletion completion)
    {
        _segments.Add(new Segment(interested ? "+" : "-", KeyIndex(set), set, 0, 0));
        _operations.Add((completion, _segments.Count - 1));
        HasInterest = true;
    }

    /// <param name="message">The message.</param>
    /// <param name="set">Name of the interest set whose nodes get it; null when it is for one node.</param>
    /// <param name="ownInbox">Where receipts go to.</param>
    /// <param name="completion">Told how it ended.</param>
    public void AddMessage(in OutgoingMessage message, string? set, string ownInbox, IPipelineCompletion completion)
    {
        var start = _messages.WrittenCount;
        MessageFormat.Write(_messages, message, _count++, ownInbox);
        var length = _messages.WrittenCount - start;
        Size += message.Size;

        var operation = set is null ? "c" : "p";
        var subject = set is null ? message.Inbox! : KeyIndex(set);
        if (_segments.Count > 0 && _segments[^1] is var last && last.Operation == operation && last.Subject == subject)
        {
            _segments[^1] = last with { Length = last.Length + length };
        }
        else
        {
            _segments.Add(new Segment(operation, subject, null, start, length));
        }

        _operations.Add((completion, _segments.Count - 1));
    }

    /// <summary>KEYS of <c>hub.lua</c>.</summary>
    public RedisKey[] Keys(RedisKey offset, RedisKey owned, string hubPrefix) =>
        [offset, owned, .. _keys.Select(set => (RedisKey)(hubPrefix + set))];

    /// <summary>ARGV of <c>hub.lua</c>.</summary>
    public RedisValue[] Arguments(string inbox, string inboxPrefix, byte[] head)
    {
        var arguments = new RedisValue[4 + (3 * _segments.Count)];
        arguments[0] = inbox;
        arguments[1] = inboxPrefix;
        arguments[2] = head;
        arguments[3] = _count;
        var next = 4;
        foreach (var segment in _segments)
        {
            arguments[next++] = segment.Operation;
            arguments[next++] = segment.Subject;
            arguments[next++] = segment.Set is null ? _messages.WrittenMemory.Slice(segment.Start, segment.Length) : segment.Set;
        }

        return arguments;
    }

    /// <summary>Tells every operation how it ended.</summary>
    /// <param name="result">What the script returned; null when it failed.</param>
    /// <param name="onFault">Told of a completion that throws, which is a bug, and must not keep the others from being told.</param>
    public void Complete(RedisResult[]? result, Action<Exception> onFault)
    {
        foreach (var (completion, segment) in _operations)
        {
            try
            {
                completion.Completed(result is not null, result is null ? 0 : (int)result[segment + 1]);
            }
            catch (Exception exception)
            {
                onFault(exception);
            }
        }

        foreach (var (completion, _) in _operations)
        {
            try
            {
                completion.BatchCompleted();
            }
            catch (Exception exception)
            {
                onFault(exception);
            }
        }
    }

    private string KeyIndex(string set)
    {
        if (!_keyIndex.TryGetValue(set, out var index))
        {
            _keys.Add(set);
            index = _keys.Count + 2; // KEYS[1] and KEYS[2] are the hub's own; Lua counts from 1.
            _keyIndex.Add(set, index);
        }

        return SmallNumbers.ToString(index);
    }

    private readonly record struct Segment(string Operation, string Subject, string? Set, int Start, int Length);
}
