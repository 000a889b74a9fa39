namespace WsCluster.Server.Hubs;

/// <summary>How far a node is in a hub's order, and whether what comes next follows without a gap. Guarded by the hub's lock.</summary>
internal sealed class HubCursor
{
    private string? _inbox;
    private long _number;
    private long _epoch;
    private long _offset;

    /// <summary>Offset of the last message before the epoch that the node is in.</summary>
    private long _endOfLastEpoch;

    /// <summary>Everything up to this offset was handled, or was not for this node; 0: nothing is known.</summary>
    public long Offset => Volatile.Read(ref _offset);

    /// <summary>Whether the payload follows what was handled. If not, something between may have been lost.</summary>
    public bool Follows(string inbox, in BatchHead head) =>
        _offset == 0
        || (inbox == _inbox && head.Epoch == _epoch && head.Number == _number + 1)
        || (_inbox is null && head.Epoch == _epoch && head.Number == 1);

    /// <summary>The node has come in at an offset: what was before is not for it.</summary>
    public void Begin(long offset, long epoch)
    {
        _epoch = epoch;
        Advance(offset);
    }

    /// <summary>Takes a payload as the one before the next.</summary>
    public void Enter(string inbox, in BatchHead head)
    {
        _inbox = inbox;
        _number = head.Number;
        EnterEpoch(head);
        Advance(head.First - 1);
    }

    /// <summary>Takes notice of a batch's epoch.</summary>
    public void EnterEpoch(in BatchHead head)
    {
        if (head.Epoch != _epoch)
        {
            _endOfLastEpoch = _offset;
            _epoch = head.Epoch;
        }
    }

    /// <summary>Takes notice of a message; false when it was handled before, under this offset or under the one it had in the last epoch.</summary>
    public bool TryPass(in BatchHead head, int place)
    {
        var offset = head.First + place;
        if (offset <= _offset)
        {
            return false;
        }

        Volatile.Write(ref _offset, offset);
        return head.OriginalFirst == 0 || head.OriginalFirst + place > _endOfLastEpoch;
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
