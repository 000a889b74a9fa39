using WsCluster.Server.Clients;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

public sealed class OutboundQueueTests
{
    [Fact]
    public void Nothing_goes_out_before_the_flush()
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: null);

        Assert.True(queue.Enqueue([1]));
        Assert.True(queue.Enqueue([2, 3]));
        Assert.Empty(Pipes.ReadAll(pipe.Reader));

        queue.Flush();
        Assert.Equal<byte>([1, 2, 3], Pipes.ReadAll(pipe.Reader));
        Assert.Equal(0, queue.WaitingBytes);
    }

    [Fact]
    public void The_first_frame_comes_before_what_was_enqueued_earlier()
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(100);
        queue.Enqueue([2]);
        queue.Flush(); // Nothing to flush into yet.
        queue.Enqueue([3]);
        Assert.Equal(2, queue.WaitingBytes);

        queue.Start(pipe.Writer, first: [1]);

        Assert.Equal<byte>([1, 2, 3], Pipes.ReadAll(pipe.Reader));
        Assert.Equal(0, queue.WaitingBytes);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public void A_backlog_from_before_the_start_goes_out_whole(int frames)
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(long.MaxValue);
        for (var i = 0; i < frames; i++)
        {
            queue.Enqueue([(byte)i]);
        }

        queue.Start(pipe.Writer, first: null);

        var received = Pipes.ReadAll(pipe.Reader);
        Assert.Equal(frames, received.Length);
        Assert.True(received.Select((value, i) => value == (byte)i).All(right => right));
    }

    [Fact]
    public void While_a_flush_is_pending_frames_wait_up_to_the_limit()
    {
        var pipe = Pipes.Pausing(10);
        var queue = new OutboundQueue(20);
        queue.Start(pipe.Writer, first: new byte[10]);

        Assert.True(queue.Enqueue(new byte[15]));
        Assert.True(queue.Enqueue(new byte[5]));
        Assert.Equal(20, queue.WaitingBytes);
        Assert.Equal(30, Pipes.ReadAll(pipe.Reader).Length);
        Assert.Equal(0, queue.WaitingBytes);
    }

    [Fact]
    public void After_a_refused_frame_no_other_follows_the_gap()
    {
        var pipe = Pipes.Pausing(10);
        var queue = new OutboundQueue(20);
        queue.Start(pipe.Writer, first: new byte[10]);

        Assert.True(queue.Enqueue(new byte[15]));
        Assert.False(queue.Enqueue(new byte[6]));
        Assert.True(queue.Enqueue(new byte[5])); // Taken and dropped: its client is being closed.
        Assert.Equal(15, queue.WaitingBytes);
        Assert.Equal(25, Pipes.ReadAll(pipe.Reader).Length);
    }

    [Fact]
    public void The_limit_holds_before_the_start_too()
    {
        var queue = new OutboundQueue(3);

        Assert.True(queue.Enqueue([1, 2]));
        Assert.False(queue.Enqueue([3, 4]));

        var pipe = Pipes.Unbounded();
        queue.Start(pipe.Writer, first: [0]);
        Assert.Equal<byte>([0, 1, 2], Pipes.ReadAll(pipe.Reader));
    }

    [Fact]
    public void Sealed_and_cleared_it_lets_only_control_frames_pass()
    {
        var pipe = Pipes.Pausing(1);
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: [1]);
        queue.Enqueue([2]);
        queue.Enqueue([3]);

        queue.Seal(clear: true);
        Assert.Equal(0, queue.WaitingBytes);
        queue.Enqueue([4]);
        queue.Enqueue([5], control: true);
        queue.Flush();

        Assert.Equal<byte>([1, 5], Pipes.ReadAll(pipe.Reader));
    }

    [Fact]
    public void Sealed_it_keeps_what_waits()
    {
        var pipe = Pipes.Pausing(1);
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: [1]);
        queue.Enqueue([2]);

        queue.Seal(clear: false);
        queue.Enqueue([3]);
        queue.Enqueue([4], control: true);

        Assert.Equal<byte>([1, 2, 4], Pipes.ReadAll(pipe.Reader));
    }

    [Fact]
    public void Control_frames_have_a_little_room_of_their_own_and_no_more()
    {
        var queue = new OutboundQueue(100);
        queue.Start(Pipes.Pausing(1).Writer, first: [1]);
        Assert.True(queue.Enqueue(new byte[100]));

        var pongs = 0;
        while (queue.Enqueue(new byte[2], control: true))
        {
            Assert.InRange(++pongs, 0, 10_000);
        }

        Assert.InRange(pongs, 1, 10_000);
    }

    [Fact]
    public void After_the_close_frame_nothing_passes()
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: [1]);
        queue.Enqueue([2], control: true);
        queue.End();
        queue.Enqueue([3], control: true);
        queue.Flush();

        Assert.Equal<byte>([1, 2], Pipes.ReadAll(pipe.Reader));
    }

    [Fact(Timeout = 60_000)]
    public async Task It_is_drained_when_the_transport_has_taken_all()
    {
        var pipe = Pipes.Pausing(1);
        var queue = new OutboundQueue(100);
        Assert.True(queue.WhenDrainedAsync().IsCompleted);
        queue.Start(pipe.Writer, first: [1]);
        queue.Enqueue([2]);
        var drained = queue.WhenDrainedAsync();
        Assert.False(drained.IsCompleted);

        Assert.Equal<byte>([1, 2], Pipes.ReadAll(pipe.Reader));
        await drained.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void After_its_completion_nothing_is_taken_up()
    {
        var pipe = Pipes.Pausing(1);
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: [1]);
        queue.Enqueue([2]);

        queue.Complete();
        Assert.True(queue.Enqueue(new byte[1000])); // No reason to close the client: it is over already.
        queue.Flush();

        Assert.Equal(0, queue.WaitingBytes);
        Assert.Equal<byte>([1], Pipes.ReadAll(pipe.Reader));
    }

    [Fact]
    public void A_queue_that_was_completed_before_its_start_sends_nothing()
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(100);
        queue.Complete();

        queue.Start(pipe.Writer, first: [1]);
        queue.Enqueue([2]);
        queue.Flush();

        Assert.Empty(Pipes.ReadAll(pipe.Reader));
    }

    [Fact]
    public void A_client_that_is_gone_costs_no_memory()
    {
        var pipe = Pipes.Pausing(1);
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: [1]);
        queue.Enqueue([2]);

        pipe.Reader.Complete();
        Assert.Equal(0, queue.WaitingBytes);
        Assert.True(queue.Enqueue(new byte[1000]));
        queue.Flush();
        Assert.Equal(0, queue.WaitingBytes);
    }

    [Fact]
    public void A_transport_that_fails_costs_no_memory_either()
    {
        var pipe = Pipes.Pausing(1);
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: [1]);
        queue.Enqueue([2]);

        pipe.Reader.Complete(new IOException("reset by peer"));
        Assert.Equal(0, queue.WaitingBytes);
        Assert.True(queue.Enqueue(new byte[1000]));
        queue.Flush();
        Assert.Equal(0, queue.WaitingBytes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_large_batch_is_flushed_before_its_end()
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(1024);
        queue.Start(pipe.Writer, first: null);
        for (var i = 0; i < 1024; i++)
        {
            queue.Enqueue(new byte[1024]); // Never flushed by its caller.
        }

        var result = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.InRange(result.Buffer.Length, 900 * 1024, 1024 * 1024);
    }
}
