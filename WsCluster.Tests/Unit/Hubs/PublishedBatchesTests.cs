using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

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
        Assert.Equal([(7, 70), (8, 80)], taken.Select(published => (published.Number, published.First)));

        // They are kept once more when they have been sent again.
        Assert.True(_batches.Any);
        _batches.Add(taken[0], first: 700);
        Assert.Equal([(3, 30), (4, 40), (7, 700)], _batches.TakeAfter(0).Select(published => (published.Number, published.First)));
        Assert.False(_batches.Any);
    }

    [Fact]
    public void It_is_sent_again_as_it_was_sent_first()
    {
        var batch = Batch(7, bytes: 10);
        batch.AddInterest("g:übung", interested: true, new PipelineTask());
        batch.AddSession("d", "id", new PipelineTask(), "s:id", 1, 4711, 60_000, RedisValue.EmptyString, "id");
        batch.AddMessage(new Envelope { Data = new byte[300_000], DedupKey = "k", DedupMember = "é" }.Outgoing, "own.0", new PipelineTask());
        _batches.Add(Batch(6), first: 60);
        _batches.Add(batch, first: 70);

        var taken = Assert.Single(_batches.TakeAfter(6));

        AssertSame(batch, taken);
        _batches.Add(taken, first: 700);
        AssertSame(batch, Assert.Single(_batches.TakeAfter(6)));

        static void AssertSame(IHubCall expected, IHubCall actual)
        {
            Assert.Equal((expected.Number, expected.Places, expected.HasInterest), (actual.Number, actual.Places, actual.HasInterest));
            Assert.Equal(expected.KeyNames, actual.KeyNames);
            Assert.Equal(expected.SetNames, actual.SetNames);
            Assert.Equal(expected.Operations.Select(value => (byte[])value!), actual.Operations.Select(value => (byte[])value!));
        }
    }

    [Fact]
    public void What_is_kept_is_not_overwritten_by_what_comes_later()
    {
        List<PipelineBatch> sent = [];
        for (var number = 1; number <= 2_000; number++)
        {
            sent.Add(Batch(number, bytes: number % 50 == 0 ? 20_000 : number % 100));
            _batches.Add(sent[^1], first: number);
            _time.Advance(TimeSpan.FromMilliseconds(number is > 500 and < 600 ? 100 : 1)); // Some go meanwhile, and their room is used again.
        }

        var taken = _batches.TakeAfter(0);

        Assert.InRange(taken.Count, 100, 1_900);
        foreach (var one in taken)
        {
            Assert.Equal(one.Number, one.First);
            Assert.Equal((byte[])sent[(int)one.Number - 1].Operations[^1]!, (byte[])one.Operations[^1]!);
        }
    }

    [Fact]
    public void A_batch_is_kept_for_some_seconds()
    {
        _batches.Add(Batch(1), first: 1);
        _time.Advance(TimeSpan.FromSeconds(3));
        _batches.Add(Batch(2), first: 2);
        _time.Advance(TimeSpan.FromSeconds(3));

        _batches.Trim();

        Assert.Equal([2], _batches.TakeAfter(0).Select(published => published.Number));
    }

    [Fact]
    public void Their_bytes_are_bounded()
    {
        for (var number = 1; number <= 100; number++)
        {
            _batches.Add(Batch(number, bytes: 1024 * 1024), first: number);
        }

        var kept = _batches.TakeAfter(0).Select(published => published.Number).ToArray();
        Assert.InRange(kept.Length, 4, 16);
        Assert.Equal(100, kept[^1]); // The oldest go.
    }

    [Fact]
    public void A_batch_larger_than_the_bound_leaves_room_for_the_next()
    {
        _batches.Add(Batch(1, bytes: 20 * 1024 * 1024), first: 1);
        _batches.Add(Batch(2), first: 2);

        Assert.Equal([2], _batches.TakeAfter(0).Select(published => published.Number));
    }

    private static PipelineBatch Batch(long number, int bytes = 1)
    {
        var batch = new PipelineBatch { Number = number };
        batch.AddMessage(new Envelope { Data = Enumerable.Repeat((byte)number, bytes).ToArray() }.Outgoing, "own.0", new PipelineTask());
        return batch;
    }
}
