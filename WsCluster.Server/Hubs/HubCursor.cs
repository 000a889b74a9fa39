namespace WsCluster.Server.Hubs;

/// <summary>How far a node is in a hub's order, and whether what comes next follows without a gap. Guarded by the hub's lock.</summary>
internal sealed class HubCursor
{
    private const int MaxSenders = 1024;

    /// <summary>Half of what offsets jump by, at least, when an epoch begins (<c>hub.lua</c>).</summary>
    private const long HalfAJump = 1 << 19;

    /// <summary>Node → number of its last batch that was handled.</summary>
    private readonly Dictionary<string, long> _batches = new(StringComparer.Ordinal);

    private string? _inbox;
    private long _payload;
    private long _epoch;
    private long _offset;

    /// <summary>Last offset of the epoch that the node knows of.</summary>
    private long _lastOfEpoch;

    /// <summary>The same, at the end of the last epoch.</summary>
    private Dictionary<string, long> _lastEpoch = [];

    /// <summary>Everything up to this offset was handled, or was not for this node; 0: nothing is known.</summary>
    public long Offset => Volatile.Read(ref _offset);

    /// <summary>
    /// What came to this node before the epoch that it is in has a smaller offset than this, and what has come since has not: it is somewhere
    /// in the jump between them, as the node may not have heard of the last before, nor of the first since. 0: it has seen no other epoch.
    /// </summary>
    public long EpochStart { get; private set; }

    /// <summary>Whether a payload follows what was handled. If not, something between may have been lost.</summary>
    /// <param name="inbox">The inbox that it came through.</param>
    /// <param name="payload">Its number among those of the hub and inbox.</param>
    /// <param name="head">What it holds.</param>
    public bool Follows(string inbox, long payload, in BatchHead head) =>
        _offset == 0
        || (inbox == _inbox && head.Epoch == _epoch && payload == _payload + 1)
        || (_inbox is null && head.Epoch == _epoch && payload == 1);

    /// <summary>The node has come in at an offset: what was before is not for it.</summary>
    public void Begin(long offset, long epoch)
    {
        _epoch = epoch;
        _lastOfEpoch = offset;
        Advance(offset);
    }

    /// <summary>Takes a payload as the one before the next.</summary>
    public void Enter(string inbox, long payload, in BatchHead head)
    {
        _inbox = inbox;
        _payload = payload;
        if (head.Epoch == _epoch)
        {
            _lastOfEpoch = head.First - 1;
        }

        Advance(head.First - 1);
    }

    /// <summary>
    /// Takes notice of a batch; false when it was handled in the last epoch: Redis has lost it since, and whoever had sent it has sent it again.
    /// </summary>
    public bool TryBegin(in BatchHead head)
    {
        if (head.Epoch != _epoch)
        {
            _lastEpoch = new Dictionary<string, long>(_batches, StringComparer.Ordinal);
            _epoch = head.Epoch;
            EpochStart = Math.Min(head.First - 1, _lastOfEpoch == 0 ? long.MaxValue : _lastOfEpoch + HalfAJump);
            _lastOfEpoch = head.First - 1;
        }

        if (_lastEpoch.Count > 0 && _lastEpoch.TryGetValue(head.NodeId, out var last) && head.Number <= last)
        {
            return false;
        }

        if (_batches.Count == MaxSenders)
        {
            _batches.Clear(); // Most are of nodes long gone.
        }

        _batches[head.NodeId] = Math.Max(head.Number, _batches.GetValueOrDefault(head.NodeId));
        return true;
    }

    /// <summary>Takes notice of a message; false when it was handled before.</summary>
    public bool TryPass(long offset)
    {
        if (offset <= _offset)
        {
            return false;
        }

        _lastOfEpoch = offset;
        Volatile.Write(ref _offset, offset);
        return true;
    }

    /// <summary>Everything up to an offset was handled, or is lost, or is not for this node.</summary>
    public void Advance(long offset)
    {
        if (offset > _offset)
        {
            Volatile.Write(ref _offset, offset);
        }
    }
}
