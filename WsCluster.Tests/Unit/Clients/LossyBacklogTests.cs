using CsCheck;
using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>Queues whose policy drops messages of a slow client.</summary>
public sealed class LossyBacklogTests
{
    private static readonly MessageTopic Red = new(TargetKind.Group, "red");
    private static readonly MessageTopic Blue = new(TargetKind.Group, "blue");

    [Fact]
    public void The_oldest_messages_make_room()
    {
        var pipe = Pipes.Pausing(1);
        var queue = Slow(pipe, SlowClientPolicy.DropOldest, limit: 3);
        foreach (byte number in (byte[])[1, 2, 3, 4, 5])
        {
            Assert.True(queue.Enqueue([number], topic: Red));
        }

        queue.Flush(); // An ack's, say: the drops are still to be counted.
        Assert.Equal(2, Dropped(queue));
        Assert.Equal(0, Dropped(queue));
        Assert.Equal<byte>([0, 3, 4, 5], Pipes.ReadAll(pipe.Reader));
    }

    [Fact]
    public void What_is_no_message_is_not_dropped()
    {
        var pipe = Pipes.Pausing(1);
        var queue = Slow(pipe, SlowClientPolicy.DropOldest, limit: 4);
        queue.Enqueue([1]);
        queue.Enqueue([2], topic: Red);
        queue.Enqueue([3]);
        queue.Enqueue([4], topic: Blue);
        Assert.True(queue.Enqueue([5, 6]));

        Assert.Equal(2, Dropped(queue));
        Assert.Equal<byte>([0, 1, 3, 5, 6], Pipes.ReadAll(pipe.Reader));
    }

    [Theory]
    [InlineData(SlowClientPolicy.DropOldest)]
    [InlineData(SlowClientPolicy.KeepLatest)]
    public void When_no_message_is_left_to_drop_the_client_goes(SlowClientPolicy policy)
    {
        var queue = Slow(Pipes.Pausing(1), policy, limit: 3);
        queue.Enqueue([1, 2]);

        Assert.False(queue.Enqueue([3, 4], topic: Red));
    }

    [Fact]
    public void Only_the_newest_message_of_each_topic_waits()
    {
        var pipe = Pipes.Pausing(1);
        var queue = Slow(pipe, SlowClientPolicy.KeepLatest, limit: 100);
        queue.Enqueue([1], topic: Red);
        queue.Enqueue([2], topic: Blue);
        queue.Enqueue([3]);
        queue.Enqueue([4], topic: Red);
        queue.Enqueue([5], topic: new MessageTopic(TargetKind.User, "red"));

        Assert.Equal(1, Dropped(queue));
        Assert.Equal<byte>([0, 2, 3, 4, 5], Pipes.ReadAll(pipe.Reader));
    }

    [Theory]
    [InlineData(SlowClientPolicy.DropOldest)]
    [InlineData(SlowClientPolicy.KeepLatest)]
    public void A_client_that_keeps_up_misses_nothing(SlowClientPolicy policy)
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(2, policy);
        queue.Start(pipe.Writer, first: null);
        for (byte number = 0; number < 100; number++)
        {
            Assert.True(queue.Enqueue([number], topic: Red));
        }

        Assert.Equal(0, Dropped(queue));
        Assert.Equal(Enumerable.Range(0, 100).Select(number => (byte)number), Pipes.ReadAll(pipe.Reader));
    }

    /// <summary>Against a list, with frames that come and are taken in any order.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Behaves_as_a_list_would(bool keepLatest) => Gen.Select(Gen.Int[-2, 3], Gen.Int[1, 4]).Array[0, 60].Sample(steps =>
    {
        const int limit = 10;
        var backlog = new LossyBacklog(keepLatest);
        List<(byte[] Frame, MessageTopic Topic)> model = [];
        int dropped = 0, expected = 0;
        foreach (var (topic, length) in steps)
        {
            if (topic == -2)
            {
                Assert.Equal(model.Count > 0, backlog.TryTake(out var taken));
                Assert.Same(model.Count > 0 ? model[0].Frame : null, taken);
                model.RemoveRange(0, Math.Min(1, model.Count));
                continue;
            }

            var frame = new byte[length];
            var about = topic < 0 ? default : new MessageTopic(TargetKind.Group, $"{topic}");
            expected += keepLatest && about.IsMessage ? model.RemoveAll(entry => entry.Topic == about) : 0;
            while (model.Sum(entry => entry.Frame.Length) + length > limit && model.Any(entry => entry.Topic.IsMessage))
            {
                model.RemoveAt(model.FindIndex(entry => entry.Topic.IsMessage));
                expected++;
            }

            var fits = model.Sum(entry => entry.Frame.Length) + length <= limit;
            if (fits)
            {
                model.Add((frame, about));
            }

            Assert.Equal(fits, backlog.TryAdd(frame, about, limit, ref dropped));
            Assert.Equal((model.Sum(entry => entry.Frame.Length), expected), (backlog.Bytes, dropped));
        }
    });

    /// <summary>A queue whose client has taken one byte, 0, and takes no more for now.</summary>
    private static OutboundQueue Slow(System.IO.Pipelines.Pipe pipe, SlowClientPolicy policy, long limit)
    {
        var queue = new OutboundQueue(limit, policy);
        queue.Start(pipe.Writer, first: [0]);
        return queue;
    }

    /// <summary>What the queue has dropped since it was last asked.</summary>
    private static int Dropped(OutboundQueue queue)
    {
        Assert.True(queue.TryFlushDelivered(out var dropped));
        return dropped;
    }
}
