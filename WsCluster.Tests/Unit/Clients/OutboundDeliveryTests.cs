using WsCluster.Server.Clients;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>Delivered messages beside answers, control frames and ends.</summary>
public sealed class OutboundDeliveryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sealed_it_takes_no_message_along_with_a_control_frame(bool clear)
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: [1]);
        var start = new FrameRuns().Start(FrameKind.Json);
        queue.Deliver([2], default, start);

        queue.Seal(clear);
        queue.Deliver([3], default, start);
        queue.Enqueue([4], control: true);
        Assert.True(queue.TryFlushDelivered(out _));

        Assert.Equal(clear ? [1, 4] : new byte[] { 1, 2, 4 }, Pipes.ReadAll(pipe.Reader));
    }

    [Fact]
    public void After_a_refused_frame_no_message_comes_along_with_a_control_frame()
    {
        var output = new ScriptedOutput();
        var queue = new OutboundQueue(4);
        queue.Start(output, first: [1]);
        Assert.False(queue.Enqueue(new byte[5]));

        var start = new FrameRuns().Start(FrameKind.Json);
        queue.Deliver([2], default, start);
        queue.Enqueue([3], control: true);
        output.Open(100);

        Assert.Equal<byte>([1, 3], output.Taken);
    }

    [Fact]
    public void What_was_delivered_goes_out_before_an_answer_and_after_an_earlier_one()
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: null);
        var start = new FrameRuns().Start(FrameKind.Json);

        queue.Enqueue([1]);
        queue.Deliver([2], default, start);
        queue.Enqueue([3]);
        queue.Deliver([4], default, start);
        Assert.True(queue.TryFlushDelivered(out _));

        Assert.Equal<byte>([1, 2, 3, 4], Pipes.ReadAll(pipe.Reader));
    }

    [Fact]
    public void An_output_whose_client_is_gone_costs_no_memory_and_is_not_asked_again()
    {
        var output = new ScriptedOutput { IsGone = true };
        var queue = new OutboundQueue(100);
        queue.Start(output, first: [1]);

        Assert.True(queue.Enqueue(new byte[1000]));
        queue.Deliver(new byte[1000], default, new FrameRuns().Start(FrameKind.Json));
        Assert.True(queue.TryFlushDelivered(out _));

        Assert.Equal(0, queue.WaitingBytes);
        Assert.True(queue.WhenDrainedAsync().IsCompleted);
    }

    [Fact]
    public void A_pipe_that_somebody_has_completed_is_like_a_client_that_is_gone()
    {
        var pipe = Pipes.Unbounded();
        var queue = new OutboundQueue(100);
        queue.Start(pipe.Writer, first: [1]);
        pipe.Writer.Complete();

        queue.Deliver([2], default, new FrameRuns().Start(FrameKind.Json));
        Assert.True(queue.TryFlushDelivered(out _));

        Assert.True(queue.WhenDrainedAsync().IsCompleted);
    }
}
