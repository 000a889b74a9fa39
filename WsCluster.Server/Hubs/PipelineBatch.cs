using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StackExchange.Redis;
using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>
/// Operations that go to Redis in one script call. Neighbours with one target share a segment, so a burst into one group is one
/// argument, however many messages it has.
/// </summary>
internal sealed class PipelineBatch : IHubCall
{
    /// <summary>
    /// A batch is full at this many operations or bytes. The script blocks Redis while it runs, and an inbox payload must stay far below
    /// Redis's limit for slow subscribers (client-output-buffer-limit pubsub, 32 MiB by default).
    /// </summary>
    private const int MaxOperations = 2_000;
    private const int MaxBytes = 512 * 1024;

    /// <summary>The operation that takes messages to interest sets.</summary>
    private const string ToSets = "p";

    /// <summary>Idempotency keys that a hub remembers at most.</summary>
    private const int MaxIdempotencyKeys = 100_000;

    private readonly List<Segment> _segments = [];
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<string, int> _setIndex = new(StringComparer.Ordinal);
    private readonly List<string> _sets = [];
    private readonly Dictionary<string, int> _keyIndex = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];
    private readonly ArrayBufferWriter<byte> _messages = new(1024);
    private RedisValue[]? _arguments;
    private int _argumentCount;
    private int _results;

    /// <summary>Whether it takes no more operations.</summary>
    public bool IsFull => _operations.Count >= MaxOperations || _messages.WrittenCount >= MaxBytes;

    public bool HasInterest { get; private set; }

    /// <summary>Whether it has anything that would be missed if Redis lost it again: more than a probe.</summary>
    public bool IsWorthKeeping => Places > 0 || HasInterest;

    public int Places { get; private set; }

    /// <summary>What the messages take of the node's <see cref="PipelineBudget"/>.</summary>
    public long Size { get; private set; }

    /// <summary>Its number among those of the node; 0 until it is sent.</summary>
    public long Number { get; set; }

    /// <summary>The epoch in which it was sent first, when nobody knows whether it was taken then; 0 else.</summary>
    public long EpochInDoubt { get; set; }

    /// <summary>When its first operation came in.</summary>
    public long Since { get; init; }

    public void AddInterest(string set, bool interested, IPipelineCompletion completion)
    {
        Add(new Segment(interested ? "+" : "-", SmallNumbers.ToString(SetIndex(set)), set), completion);
        HasInterest = true;
    }

    /// <summary>Adds a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ownInbox">Where receipts go to.</param>
    /// <param name="completion">Told how it ended.</param>
    public void AddMessage(in OutgoingMessage message, string ownInbox, IPipelineCompletion completion)
    {
        var (start, length, place) = Write(message, ownInbox);
        var target = TargetOf(message, start, length);
        if (message.DedupKey is not null)
        {
            // Not joined with its neighbours: each may have been taken before.
            var limit = message.DedupKey == SessionKey.IdempotencyKeys ? MaxIdempotencyKeys : AckMemory.Capacity;
            Append(new Segment("k", KeyIndex(message.DedupKey), message.DedupMember!) { More = [limit] });
            Append(target);
            _results++;
        }
        else if (_segments.Count > 0 && _segments[^1].CanTake(target))
        {
            _segments[^1] = _segments[^1] with { Length = _segments[^1].Length + length };
        }
        else
        {
            Append(target with { IsOpen = true });
            _results++;
        }

        _operations.Add(new Operation(completion, _results - 1, place));
    }

    /// <summary>Adds an operation on a session.</summary>
    /// <param name="operation">Its name in <c>hub.lua</c>.</param>
    /// <param name="connectionId">The session's connection.</param>
    /// <param name="completion">Told how it ended.</param>
    /// <param name="arguments">What follows the session's key.</param>
    public void AddSession(string operation, string connectionId, IPipelineCompletion completion, params RedisValue[] arguments)
    {
        var index = SessionIndex(connectionId);
        HasInterest = true;
        Add(new Segment(operation, index, RedisValue.Null) { More = arguments }, completion);
    }

    /// <summary>Adds an operation that takes a key, or none.</summary>
    public void Add(string operation, RedisValue subject, IPipelineCompletion completion, params RedisValue[] arguments) =>
        Add(new Segment(operation, subject, RedisValue.Null) { More = arguments }, completion);

    /// <summary>Writes a message that an operation of its own carries.</summary>
    public (ReadOnlyMemory<byte> Bytes, int Place) Embed(in OutgoingMessage message, string ownInbox)
    {
        var (start, length, place) = Write(message, ownInbox);
        return (_messages.WrittenMemory.Slice(start, length).ToArray(), place);
    }

    /// <summary>Index of a key, which it takes in.</summary>
    public string Key(string name) => KeyIndex(name);

    public IReadOnlyList<string> SetNames => _sets;

    public IReadOnlyList<string> KeyNames => _keys;

    /// <summary>Asked for when nothing is added any more.</summary>
    public RedisValue[] Operations => _arguments ??= BuildArguments();

    /// <summary>Tells every operation how it ended.</summary>
    /// <param name="result">What the script returned; null when it failed.</param>
    /// <param name="onFault">Told of a completion that throws, which is a bug, and must not keep the others from being told.</param>
    public void Complete(RedisResult[]? result, Action<Exception> onFault)
    {
        var first = result is null ? 0 : (long)result[0];
        foreach (var (completion, index, place) in _operations)
        {
            try
            {
                completion.Completed(result is null ? OperationResult.Failed : new OperationResult(true, first + place, result[index + 2]));
            }
            catch (Exception exception)
            {
                onFault(exception);
            }
        }

        foreach (var (completion, _, _) in _operations)
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

    private Segment TargetOf(in OutgoingMessage message, int start, int length)
    {
        var segment = message.Kind switch
        {
            TargetKind.Group => new Segment(ToSets, RedisValue.Null, RedisValue.Null) { Set = SetIndex(InterestSet.Group(message.Target)) },
            TargetKind.Hub => new Segment(ToSets, RedisValue.Null, RedisValue.Null) { Set = SetIndex(InterestSet.Hub) },
            TargetKind.User => new Segment("u", SmallNumbers.ToString(SetIndex(InterestSet.User(message.Target))), KeyIndex(InterestSet.Detached(message.Target))),
            TargetKind.Connection => new Segment("s", SessionIndex(message.Target), message.Inbox),
            _ => new Segment("c", message.Inbox, RedisValue.Null),
        };
        return segment with { Start = start, Length = length };
    }

    private (int Start, int Length, int Place) Write(in OutgoingMessage message, string ownInbox)
    {
        var start = _messages.WrittenCount;
        MessageFormat.Write(_messages, message, Places, ownInbox);
        Size += message.Size;
        return (start, _messages.WrittenCount - start, Places++);
    }

    private void Add(Segment segment, IPipelineCompletion completion)
    {
        Append(segment);
        _operations.Add(new Operation(completion, _results++, Places - 1));
    }

    private void Append(Segment segment)
    {
        // A segment that joins those before it is one argument more.
        _argumentCount += _segments.Count > 0 && segment.Joins(_segments[^1]) ? 1 : segment.Count;
        _segments.Add(segment);
    }

    private RedisValue[] BuildArguments()
    {
        var arguments = new RedisValue[_argumentCount];
        var next = 0;
        for (var i = 0; i < _segments.Count; i++)
        {
            var segment = _segments[i];
            arguments[next++] = segment.Name;
            if (segment.Name == ToSets)
            {
                var end = i + 1;
                while (end < _segments.Count && _segments[end].Joins(_segments[end - 1]))
                {
                    end++;
                }

                var sets = new byte[(end - i) * sizeof(ushort)];
                arguments[next++] = sets;
                for (var j = i; j < end; j++)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(sets.AsSpan((j - i) * sizeof(ushort)), checked((ushort)_segments[j].Set));
                    arguments[next++] = Messages(_segments[j]);
                }

                i = end - 1;
                continue;
            }

            if (!segment.Subject.IsNull)
            {
                arguments[next++] = segment.Subject;
            }

            if (!segment.Value.IsNull)
            {
                arguments[next++] = segment.Value;
            }

            if (segment.Length > 0)
            {
                arguments[next++] = Messages(segment);
            }

            segment.More?.CopyTo(arguments, next);
            next += segment.More?.Length ?? 0;
        }

        return arguments;
    }

    private ReadOnlyMemory<byte> Messages(in Segment segment) => _messages.WrittenMemory.Slice(segment.Start, segment.Length);

    private int SetIndex(string name) => IndexOf(name, _sets, _setIndex);

    private string KeyIndex(string name) => SmallNumbers.ToString(IndexOf(name, _keys, _keyIndex));

    /// <summary>Index of a session; the next is that of its ackIds, which is there twice then if it stands alone already.</summary>
    private string SessionIndex(string connectionId)
    {
        var session = SessionKey.Session(connectionId);
        if (!_keyIndex.TryGetValue(session, out var index))
        {
            index = IndexOf(session, _keys, _keyIndex);
            _keys.Add(SessionKey.AckIds(connectionId));
        }

        return SmallNumbers.ToString(index);
    }

    private static int IndexOf(string name, List<string> names, Dictionary<string, int> indexes)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(indexes, name, out var exists);
        if (!exists)
        {
            names.Add(name);
            index = names.Count; // Lua counts from 1.
        }

        return index;
    }

    /// <param name="Name">The operation.</param>
    /// <param name="Subject">Its first argument; null: none.</param>
    /// <param name="Value">Its second; null: none.</param>
    private readonly record struct Segment(string Name, RedisValue Subject, RedisValue Value)
    {
        /// <summary>Where its messages are.</summary>
        public int Start { get; init; }

        public int Length { get; init; }

        /// <summary>Of messages to an interest set its index, in place of the two.</summary>
        public int Set { get; init; }

        /// <summary>Arguments after these.</summary>
        public RedisValue[]? More { get; init; }

        /// <summary>Whether messages with the same target may join.</summary>
        public bool IsOpen { get; init; }

        public int Count => 1 + (Set > 0 ? 1 : 0) + (Subject.IsNull ? 0 : 1) + (Value.IsNull ? 0 : 1) + (Length > 0 ? 1 : 0) + (More?.Length ?? 0);

        public bool CanTake(in Segment next) => IsOpen && Name == next.Name && Set == next.Set && Subject == next.Subject && Value == next.Value;

        /// <summary>Whether it is part of the operation before it: messages to interest sets, of which none may have been taken before.</summary>
        public bool Joins(in Segment before) => IsOpen && before.IsOpen && Name == ToSets && before.Name == ToSets;
    }

    /// <param name="Completion">Told how it ended.</param>
    /// <param name="Result">Index of its result.</param>
    /// <param name="Place">Of a message its place in the batch, else that of the last message before it.</param>
    private readonly record struct Operation(IPipelineCompletion Completion, int Result, int Place);
}
