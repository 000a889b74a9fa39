using StackExchange.Redis;
using WsCluster.Server;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>What a node holds while Redis does not answer is bounded by WsCluster:MaxQueuedPublishBytes.</summary>
public sealed class PipelineBudgetTests
{
    private const int Limit = 1024 * 1024;

    [Fact]
    public void Room_is_taken_and_given_back()
    {
        var budget = new PipelineBudget(new NodeOptions { MaxQueuedPublishBytes = 10 });

        Assert.True(budget.TryTake(6));
        Assert.True(budget.TryTake(4));
        Assert.False(budget.TryTake(1));
        Assert.Equal(10, budget.Waiting);
        budget.Return(4);
        Assert.False(budget.TryTake(5));
        Assert.True(budget.TryTake(4));
        Assert.Equal(10, budget.Waiting);
    }

    [Fact]
    public void Messages_with_much_data_are_refused_when_too_many_wait() => AssertBounded(new Envelope { Data = new byte[10_000] });

    /// <summary>
    /// A message may name a thousand excluded connections of 4,096 characters, a megabyte that waits like its data does; so may a
    /// long group name many times over.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Messages_with_little_data_and_much_else_are_refused_too(bool excluded) => AssertBounded(
        excluded ? new Envelope { Excluded = [.. Enumerable.Range(0, 10).Select(i => new string('x', 1000))] } : new Envelope { Target = new string('g', 1024) });

    private static void AssertBounded(Envelope message)
    {
        var options = new NodeOptions { MaxQueuedPublishBytes = Limit };
        var pipeline = ScriptedRedis.NewPipeline((_, _) => new TaskCompletionSource<RedisResult>().Task, options); // Takes the call and never answers.
        var size = message.ToBytes().Length;
        var sent = 0L;
        while (sent <= 8 * Limit && pipeline.TrySend(message.Outgoing, new Ignored()))
        {
            sent += size;
        }

        Assert.InRange(sent, Limit / 2, 4 * Limit);
    }

    private sealed class Ignored : IPipelineCompletion
    {
        public void Completed(in OperationResult result)
        {
        }

        public void BatchCompleted()
        {
        }
    }
}
