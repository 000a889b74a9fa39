namespace WsCluster.Server.Hubs;

/// <summary>Bounds what a node holds of messages that Redis has not taken yet, over all hubs.</summary>
internal sealed class PipelineBudget(NodeOptions options)
{
    private long _bytes;

    /// <summary>Bytes of data that wait.</summary>
    public long Waiting => Volatile.Read(ref _bytes);

    /// <summary>Takes room for one message, unless the node holds its limit already.</summary>
    public bool TryTake(int bytes)
    {
        // Compared before it is added: what one caller takes in vain must not, for a moment, turn away another that takes nothing.
        while (true)
        {
            var waiting = Waiting;
            if (waiting + bytes > options.MaxQueuedPublishBytes)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _bytes, waiting + bytes, waiting) == waiting)
            {
                return true;
            }
        }
    }

    public void Return(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
