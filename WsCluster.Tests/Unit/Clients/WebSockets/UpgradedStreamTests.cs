using System.Buffers;
using System.IO.Pipelines;
using CsCheck;
using WsCluster.Server.Clients;
using WsCluster.Server.Clients.WebSockets;

namespace WsCluster.Tests.Unit.Clients.WebSockets;

public sealed class UpgradedStreamTests
{
    /// <summary>Ends a test that waits for bytes that were lost; milliseconds.</summary>
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task An_empty_read_waits_until_there_is_something_and_takes_nothing()
    {
        var stop = TestContext.Current.CancellationToken;
        var input = new Pipe();
        var stream = new UpgradedStream(input.Reader, new OutboundQueue(1024));

        var waiting = stream.ReadAsync(Memory<byte>.Empty, stop).AsTask();
        Assert.False(waiting.IsCompleted);

        await input.Writer.WriteAsync("abc"u8.ToArray(), stop);
        Assert.Equal(0, await waiting);

        // Still there, for another empty read and for a real one.
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, stop));
        var buffer = new byte[8];
        Assert.Equal(3, await stream.ReadAsync(buffer, stop));
        Assert.Equal("abc"u8.ToArray(), buffer[..3]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_read_after_everything_was_taken_waits_for_more()
    {
        var stop = TestContext.Current.CancellationToken;
        var input = new Pipe();
        var stream = new UpgradedStream(input.Reader, new OutboundQueue(1024));
        var buffer = new byte[8];
        await input.Writer.WriteAsync("ab"u8.ToArray(), stop);
        Assert.Equal(2, await stream.ReadAsync(buffer, stop));

        var waiting = stream.ReadAsync(buffer, stop).AsTask();
        Assert.False(waiting.IsCompleted);

        await input.Writer.WriteAsync("c"u8.ToArray(), stop);
        Assert.Equal(1, await waiting);
        Assert.Equal((byte)'c', buffer[0]);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_end_is_zero_after_what_was_there()
    {
        var stop = TestContext.Current.CancellationToken;
        var input = new Pipe();
        var stream = new UpgradedStream(input.Reader, new OutboundQueue(1024));
        await input.Writer.WriteAsync("ab"u8.ToArray(), stop);
        await input.Writer.CompleteAsync();
        var buffer = new byte[1];

        Assert.Equal(1, await stream.ReadAsync(buffer, stop));
        Assert.Equal(1, await stream.ReadAsync(buffer, stop));
        Assert.Equal((byte)'b', buffer[0]);
        Assert.Equal(0, await stream.ReadAsync(buffer, stop));
        Assert.Equal(0, await stream.ReadAsync(buffer, stop));
    }

    [Fact(Timeout = Timeout)]
    public async Task Nothing_is_lost_whatever_the_sizes_of_writes_and_reads()
    {
        var stop = TestContext.Current.CancellationToken;
        // Blocks of 4,096 bytes in the pipe, so that reads cross their borders.
        var sizes = Gen.Int[1, 6_000].Array[1, 12];
        await Gen.Select(sizes, Gen.Int[0, 5_000].Array[1, 12]).SampleAsync(async (writes, reads) =>
        {
            var input = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            var stream = new UpgradedStream(input.Reader, new OutboundQueue(1024));
            var sent = new byte[writes.Sum()];
            new Random(sent.Length).NextBytes(sent);
            var writing = Task.Run(async () =>
            {
                var start = 0;
                foreach (var size in writes)
                {
                    await input.Writer.WriteAsync(sent.AsMemory(start, size), stop);
                    start += size;
                }

                await input.Writer.CompleteAsync();
            }, stop);

            List<byte> received = [];
            for (var i = 0; ; i++)
            {
                var buffer = new byte[reads[i % reads.Length]];
                var count = await stream.ReadAsync(buffer, stop);
                received.AddRange(buffer.AsSpan(0, count));
                if (count == 0 && (buffer.Length > 0 || received.Count == sent.Length))
                {
                    break;
                }

                if (buffer.Length == 0 && await stream.ReadAsync(buffer = new byte[1], stop) == 1)
                {
                    received.Add(buffer[0]);
                }
            }

            await writing;
            Assert.True(received.ToArray().AsSpan().SequenceEqual(sent));
        });
    }

    [Fact(Timeout = Timeout)]
    public async Task Writes_go_out_through_the_queue_as_they_are_made()
    {
        var stop = TestContext.Current.CancellationToken;
        var output = new Pipe();
        var queue = new OutboundQueue(1024);
        queue.Start(output.Writer, first: null);
        var stream = new UpgradedStream(new Pipe().Reader, queue);
        var buffer = "one"u8.ToArray();

        await stream.WriteAsync(buffer, stop);
        buffer.AsSpan().Fill((byte)'x'); // The writer uses its buffer again at once.
        await stream.WriteAsync("two"u8.ToArray(), stop);

        var result = await output.Reader.ReadAtLeastAsync(6, stop);
        Assert.Equal("onetwo"u8.ToArray(), result.Buffer.ToArray());
    }
}
