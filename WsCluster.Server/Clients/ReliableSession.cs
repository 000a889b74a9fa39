namespace WsCluster.Server.Clients;

/// <summary>
/// What a node knows of a reliable client's session, which itself is in Redis: how far the client has acknowledged, and how much it has
/// not. Messages are not kept here: the hub's log has them. All but <see cref="Acknowledge"/> is guarded by the hub's lock.
/// </summary>
/// <param name="token">With it the client may come back.</param>
/// <param name="generation">Counts how often the session was taken over.</param>
/// <param name="position">Offset up to which the client has everything.</param>
/// <param name="options">Bounds.</param>
internal sealed class ReliableSession(string token, long generation, long position, NodeOptions options)
{
    /// <summary>Messages that are counted together at most, acknowledged when the last of them is; and parts that the bound of bytes is counted in at least.</summary>
    private const int Step = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Queue<Delivered> _delivered = new();
    private List<HeldMessage>? _held = [];
    private long _heldBytes;
    private Delivered _last = new(position, 0, 0);
    private Delivered _counted = new(position, 0, 0);
    private Delivered _acknowledged = new(position, 0, 0);
    private long _lastOffset = position;
    private long _floor = position;
    private long _ack = position;
    private long? _fullSince;

    public string Token => token;

    public long Generation => generation;

    /// <summary>Offset at which this node got the session.</summary>
    public long TakenAt { get; set; }

    /// <summary>Set when the session is another node's, or gone: nothing is to be said of it any more.</summary>
    public bool IsLost { get; set; }

    /// <summary>Set when a message for the client is lost, or may be. It is told, and until then nothing that comes after may go out.</summary>
    public bool HasGap { get; set; }

    /// <summary>The position that Redis has; -1 for everything; <see cref="long.MinValue"/> if nobody knows.</summary>
    public long Written { get; set; } = position;

    /// <summary>Whether a message was sent from the log already: the inbox may lag behind it.</summary>
    public bool Has(long offset) => offset <= _floor;

    /// <summary>Whether the client gets messages as they come. Before, they are held, since older ones may have to come first.</summary>
    public bool IsLive => _held is null;

    /// <summary>Up to here the client has acknowledged, if not <see cref="HasEverything"/>.</summary>
    public long Position => Volatile.Read(ref _ack);

    /// <summary>Whether the client has acknowledged all that it got.</summary>
    public bool HasEverything => Position >= _last.Offset;

    private bool IsFull =>
        _last.Count - _acknowledged.Count > options.MaxUnackedMessages || _last.Bytes - _acknowledged.Bytes > options.MaxUnackedBytes;

    /// <summary>The client has everything up to a sequenceId. For any thread.</summary>
    public void Acknowledge(long sequenceId)
    {
        // What it can't have got yet, it can't acknowledge.
        sequenceId = Math.Min(sequenceId, Volatile.Read(ref _lastOffset));
        long before;
        while ((before = Volatile.Read(ref _ack)) < sequenceId && Interlocked.CompareExchange(ref _ack, sequenceId, before) != before)
        {
        }
    }

    /// <summary>Counts a message that goes out.</summary>
    public void Deliver(long offset, int bytes)
    {
        _last = new Delivered(offset, _last.Count + 1, _last.Bytes + bytes);
        Volatile.Write(ref _lastOffset, offset);
        if (_last.Count - _counted.Count >= Step || _last.Bytes - _counted.Bytes >= options.MaxUnackedBytes / Step)
        {
            _delivered.Enqueue(_last);
            _counted = _last;
        }
    }

    /// <summary>
    /// Whether the client has left too much without acknowledgement, whenever this was asked for a second or more: acknowledgements take
    /// a while to get here, and longer to be read when the node is busy, which is not the client's fault.
    /// </summary>
    public bool IsOverdue(TimeProvider time)
    {
        var ack = Position;
        while (_delivered.TryPeek(out var oldest) && oldest.Offset <= ack)
        {
            _acknowledged = _delivered.Dequeue();
        }

        if (ack >= _last.Offset)
        {
            _acknowledged = _last;
        }

        _fullSince = IsFull ? _fullSince ?? time.GetTimestamp() : null;
        return _fullSince is { } since && time.GetElapsedTime(since) >= Patience;
    }

    /// <summary>
    /// Takes notice of a message from the log. It does not count as unacknowledged: what is read again has its own bound, and much of it
    /// may have been acknowledged since that was written down last.
    /// </summary>
    public void Replay(long offset)
    {
        _last = _last with { Offset = offset };
        Volatile.Write(ref _lastOffset, offset);
    }

    /// <summary>Holds a message until <see cref="GoLive"/>; false when it holds too much.</summary>
    public bool TryHold(long offset, byte[] frame)
    {
        _held!.Add(new HeldMessage(offset, frame));
        _heldBytes += frame.Length;
        return _held.Count <= options.MaxUnackedMessages && _heldBytes <= options.MaxUnackedBytes;
    }

    /// <summary>From now on messages go out as they come.</summary>
    /// <param name="floor">Up to this offset the client has everything, or is being sent it.</param>
    /// <returns>What was held.</returns>
    public List<HeldMessage> GoLive(long floor)
    {
        var held = _held ?? [];
        _held = null;
        _floor = floor;
        return held;
    }

    /// <param name="Offset">Offset of a message.</param>
    /// <param name="Frame">Its frame.</param>
    internal readonly record struct HeldMessage(long Offset, byte[] Frame);

    /// <param name="Offset">Offset of a message.</param>
    /// <param name="Count">Messages up to it.</param>
    /// <param name="Bytes">Their bytes.</param>
    private readonly record struct Delivered(long Offset, long Count, long Bytes);
}
