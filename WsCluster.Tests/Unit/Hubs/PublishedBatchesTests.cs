using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>What is kept to be sent again when Redis has lost it.</summary>
public sealed class PublishedBatchesTests
{
    private readonly ManualTime _time = new();
    private readonly PublishedBatches _batches;

    public PublishedBatchesTests() => _batches = new PublishedBatches(_time);

    [Fact]
    public void Those_after_a_number_are_taken_in_order()
    {
        foreach (var number in new long[] { 3, 4, 7, 8 })
        {
            _batches.Add(Batch(number), first: 10 * number);
        }

        Assert.Empty(_batches.TakeAfter(8));
        var taken = _batches.TakeAfter(4);
        Assert.Equal([(7, 70), (8, 80)], taken.Select(published => (published.Batch.Number, published.First)));

        // They are kept once more when they have been sent again.
        Assert.True(_batches.Any);
        _batches.Add(taken[0].Batch, first: 700);
        Assert.Equal([(3, 30), (4, 40), (7, 700)], _batches.TakeAfter(0).Select(published => (published.Batch.Number, published.First)));
        Assert.False(_batches.Any);
    }

    [Fact]
    public void A_batch_is_kept_for_some_seconds()
    {
        _batches.Add(Batch(1), first: 1);
        _time.Advance(TimeSpan.FromSeconds(3));
        _batches.Add(Batch(2), first: 2);
        _time.Advance(TimeSpan.FromSeconds(3));

        _batches.Trim();

        Assert.Equal([2], _batches.TakeAfter(0).Select(published => published.Batch.Number));
    }

    [Fact]
    public void Their_bytes_are_bounded()
    {
        for (var number = 1; number <= 100; number++)
        {
            _batches.Add(Batch(number, bytes: 1024 * 1024), first: number);
        }

        var kept = _batches.TakeAfter(0).Select(published => published.Batch.Number).ToArray();
        Assert.InRange(kept.Length, 4, 16);
        Assert.Equal(100, kept[^1]); // The oldest go.
    }

    [Fact]
    public void A_batch_larger_than_the_bound_leaves_room_for_the_next()
    {
        _batches.Add(Batch(1, bytes: 20 * 1024 * 1024), first: 1);
        _batches.Add(Batch(2), first: 2);

        Assert.Equal([2], _batches.TakeAfter(0).Select(published => published.Batch.Number));
    }

    private static PipelineBatch Batch(long number, int bytes = 1)
    {
        var batch = new PipelineBatch { Number = number };
        batch.AddMessage(new Envelope { Data = new byte[bytes] }.Outgoing, "own.0", new PipelineTask());
        return batch;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
