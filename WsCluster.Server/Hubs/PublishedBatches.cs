using System.Buffers;

namespace WsCluster.Server.Hubs;

/// <summary>
/// The batches that Redis has taken last, oldest first. A Redis that fails over, or starts again, may have lost the end of what it had
/// acknowledged; the node that sent it sends it again. Bounded in time and bytes. Not thread-safe.
/// </summary>
/// <remarks>
/// Kept as bytes in pooled blocks: objects that live for seconds are what a generational collector is worst at. As objects they cost
/// a busy node 3 % of its time, and clients a tail of latency (docs/performance.md).
/// </remarks>
internal sealed class PublishedBatches(TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);
    private const long MaxBytes = 16 * 1024 * 1024;
    private const int SmallestBlock = 4 * 1024;
    private const int LargestBlock = 256 * 1024;

    private readonly Queue<Entry> _entries = new();
    private ArrayBufferWriter<byte> _scratch = new();
    private byte[] _block = [];
    private int _used;
    private int _blockSize = SmallestBlock;

    /// <summary>Of all blocks.</summary>
    private long _bytes;

    /// <summary>Whether there are any.</summary>
    public bool Any => _entries.Count > 0;

    public void Add(IHubCall call, long first)
    {
        PublishedBatch.Write(_scratch, call);
        var bytes = _scratch.WrittenSpan;
        if (_block.Length - _used < bytes.Length)
        {
            _block = ArrayPool<byte>.Shared.Rent(Math.Max(_blockSize, bytes.Length));
            _bytes += _block.Length;
            _used = 0;
            _blockSize = Math.Min(2 * _blockSize, LargestBlock);
        }

        bytes.CopyTo(_block.AsSpan(_used));
        _entries.Enqueue(new Entry(call.Number, first, time.GetTimestamp(), _block, _used, bytes.Length));
        _used += bytes.Length;
        _scratch.ResetWrittenCount();
        Trim();
    }

    /// <summary>Lets go of what is too old.</summary>
    public void Trim()
    {
        while (_entries.TryPeek(out var oldest) && (_bytes > MaxBytes || time.GetElapsedTime(oldest.Since) > MaxAge))
        {
            _entries.Dequeue();
            if (!_entries.TryPeek(out var next))
            {
                StartAnew();
            }

            if (next.Block != oldest.Block && _block != oldest.Block)
            {
                _bytes -= oldest.Block.Length;
                ArrayPool<byte>.Shared.Return(oldest.Block);
            }
        }
    }

    /// <summary>Takes out those after a number, in order: they have to be sent again, and are added again then.</summary>
    public List<PublishedBatch> TakeAfter(long number)
    {
        List<PublishedBatch> taken = [];
        for (var left = _entries.Count; left > 0; left--)
        {
            var entry = _entries.Dequeue();
            if (entry.Number > number)
            {
                taken.Add(new PublishedBatch(entry.Number, entry.First, entry.Block.AsSpan(entry.Start, entry.Length)));
            }
            else
            {
                _entries.Enqueue(entry);
            }
        }

        // A block in which nothing is left is the collector's: this is rare.
        StartAnew();
        _bytes = _entries.Select(entry => entry.Block).Distinct().Sum(block => block.Length);
        return taken;
    }

    private void StartAnew()
    {
        (_block, _used, _blockSize) = ([], 0, SmallestBlock);
        _scratch = _scratch.Capacity > SmallestBlock ? new() : _scratch;
    }

    private readonly record struct Entry(long Number, long First, long Since, byte[] Block, int Start, int Length);
}
