namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>What <c>@azure/web-pubsub-client</c> keeps of sequenceIds: the largest, and whether it is to be acknowledged.</summary>
internal sealed class SequenceTracker
{
    /// <summary>A jump by more is acknowledged at once, not with the next tick.</summary>
    private const long QuickAck = 300;

    private long _largest;
    private bool _isUpdated;

    /// <summary>Whether a message is new; one that is not is dropped.</summary>
    /// <param name="sequenceId">Of the message.</param>
    /// <param name="ackNow">Whether an ack is due at once.</param>
    public bool TryAdvance(long sequenceId, out bool ackNow)
    {
        _isUpdated = true; // Also by a repetition: whoever sends one has not got the ack.
        var step = sequenceId - _largest;
        ackNow = step > QuickAck;
        if (step <= 0)
        {
            return false;
        }

        _largest = sequenceId;
        return true;
    }

    /// <summary>Whether there is something to acknowledge.</summary>
    public bool TryTake(out long sequenceId)
    {
        sequenceId = _largest;
        var taken = _isUpdated;
        _isUpdated = false;
        return taken;
    }
}
