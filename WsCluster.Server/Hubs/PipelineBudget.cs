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
        if (Interlocked.Add(ref _bytes, bytes) <= options.MaxQueuedPublishBytes)
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
