namespace WsCluster.Server.Clients;

/// <summary>
/// When each client of a node that drains is closed: at a random moment of the window, so that they don't all come to the other nodes in the
/// same moment. One queue for all: a timer for each client would be more than a full node can spare. Used by one thread at a time.
/// </summary>
internal sealed class DrainSchedule(TimeSpan window, TimeProvider time, Random random)
{
    private readonly PriorityQueue<ClientConnection, long> _queue = new();
    private readonly long _end = time.GetTimestamp() + (long)(window.TotalSeconds * time.TimestampFrequency);

    /// <summary>Clients whose moment is still to come.</summary>
    public int Count => _queue.Count;

    /// <summary>Whether the window is over.</summary>
    public bool IsOver => time.GetTimestamp() >= _end;

    /// <summary>Gives a client a moment in what is left of the window.</summary>
    public void Add(ClientConnection connection)
    {
        var now = time.GetTimestamp();
        _queue.Enqueue(connection, now + (long)(random.NextDouble() * Math.Max(0, _end - now)));
    }

    /// <summary>Takes out the next client whose moment has come.</summary>
    /// <param name="all">Whether to wait for no moment any more.</param>
    /// <returns>Null if there is none.</returns>
    public ClientConnection? Take(bool all) =>
        _queue.TryPeek(out var connection, out var moment) && (all || moment <= time.GetTimestamp()) ? _queue.Dequeue() : null;
}
