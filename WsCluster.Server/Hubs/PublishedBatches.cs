namespace WsCluster.Server.Hubs;

/// <summary>
/// The batches that Redis has taken last, oldest first. A Redis that fails over, or starts again, may have lost the end of what it had
/// acknowledged; the node that sent it sends it again. Bounded in time and bytes. Not thread-safe.
/// </summary>
internal sealed class PublishedBatches(TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);
    private const long MaxBytes = 16 * 1024 * 1024;

    private readonly LinkedList<Published> _batches = [];
    private long _bytes;

    /// <summary>Whether there are any.</summary>
    public bool Any => _batches.Count > 0;

    public void Add(PipelineBatch batch, long first)
    {
        batch.ForgetCompletions();
        _batches.AddLast(new Published(batch, first, time.GetTimestamp()));
        _bytes += batch.HeldBytes;
        Trim();
    }

    /// <summary>Lets go of what is too old.</summary>
    public void Trim()
    {
        while (_batches.First is { Value: var oldest } && (_bytes > MaxBytes || time.GetElapsedTime(oldest.Since) > MaxAge))
        {
            _batches.RemoveFirst();
            _bytes -= oldest.Batch.HeldBytes;
        }
    }

    /// <summary>Takes out those after a number, in order: they have to be sent again, and are added again then.</summary>
    public List<Published> TakeAfter(long number)
    {
        List<Published> taken = [];
        while (_batches.Last is { Value: var newest } && newest.Batch.Number > number)
        {
            _batches.RemoveLast();
            _bytes -= newest.Batch.HeldBytes;
            taken.Add(newest);
        }

        taken.Reverse();
        return taken;
    }

    /// <param name="Batch">The batch.</param>
    /// <param name="First">The first offset that it got.</param>
    /// <param name="Since">When Redis had taken it.</param>
    internal readonly record struct Published(PipelineBatch Batch, long First, long Since);
}
