namespace WsCluster.Server.Hubs;

/// <summary>
/// The batches that Redis has taken last, oldest first. A Redis that fails over, or starts again, may have lost the end of what it had
/// acknowledged; the node that sent it sends it again. Bounded in time and bytes. Not thread-safe.
/// </summary>
internal sealed class PublishedBatches(TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);
    private const long MaxBytes = 16 * 1024 * 1024;

    private readonly Queue<Published> _batches = new();
    private long _bytes;

    public void Add(PipelineBatch batch, long first)
    {
        batch.ForgetCompletions();
        _batches.Enqueue(new Published(batch, first, time.GetTimestamp()));
        _bytes += batch.HeldBytes;
        Trim();
    }

    /// <summary>Lets go of what is too old.</summary>
    public void Trim()
    {
        while (_batches.TryPeek(out var oldest) && (_bytes > MaxBytes || time.GetElapsedTime(oldest.Since) > MaxAge))
        {
            _batches.Dequeue();
            _bytes -= oldest.Batch.HeldBytes;
        }
    }

    /// <summary>Those after a number, in order.</summary>
    public IEnumerable<Published> After(long number) => _batches.Where(published => published.Batch.Number > number);

    /// <param name="Batch">The batch.</param>
    /// <param name="First">The first offset that it got.</param>
    /// <param name="Since">When Redis had taken it.</param>
    internal readonly record struct Published(PipelineBatch Batch, long First, long Since);
}
