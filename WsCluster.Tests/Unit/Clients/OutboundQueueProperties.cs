using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using CsCheck;
using WsCluster.Server.Clients;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

public sealed class OutboundQueueProperties
{
    private const int HeaderLength = 7;

    /// <summary>What is done to the queue and its pipe, one after the other: a frame of a size, a flush, or a read of some bytes.</summary>
    private static readonly Gen<(int Kind, int Size)[]> Steps = Gen.OneOf(
        Gen.Int[1, 400].Select(size => (0, size)),
        Gen.Int[60_000, 70_000].Select(size => (0, size)),
        Gen.Const((1, 0)),
        Gen.Int[1, 300].Select(size => (2, size)),
        Gen.Int[30_000, 200_000].Select(size => (2, size))).Array[1, 60];

    [Fact]
    public void Whatever_the_order_of_writes_flushes_and_reads_all_that_was_taken_arrives_in_order()
    {
        Gen.Select(Steps, Gen.Int[1, 500], Gen.Int[400, 200_000], Gen.Int[0, 60]).Sample(
            (steps, pause, limit, start) =>
            {
                var pipe = Pipes.Pausing(pause);
                var queue = new OutboundQueue(limit);
                List<byte> expected = [];
                List<byte> received = [];
                var refused = false;
                for (var i = 0; i < steps.Length; i++)
                {
                    if (i == Math.Min(start, steps.Length - 1))
                    {
                        queue.Start(pipe.Writer, first: [0xff]);
                        expected.Insert(0, 0xff);
                    }

                    var (kind, size) = steps[i];
                    switch (kind)
                    {
                        case 0:
                            var frame = Enumerable.Repeat((byte)i, size).ToArray();
                            var waiting = queue.WaitingBytes;
                            if (!queue.Enqueue(frame))
                            {
                                refused = true;
                                Assert.True(waiting + size > limit, $"Refused {size} bytes with {waiting} of {limit} waiting.");
                            }
                            else if (!refused)
                            {
                                expected.AddRange(frame); // After a refused one the client is closed, and nothing may follow the gap.
                            }

                            break;
                        case 1:
                            queue.Flush();
                            break;
                        default:
                            Read(pipe.Reader, size, received);
                            break;
                    }

                    Assert.InRange(queue.WaitingBytes, 0, limit);
                }

                queue.Flush();
                received.AddRange(Pipes.ReadAll(pipe.Reader));
                Assert.Equal(0, queue.WaitingBytes);
                Assert.True(received.ToArray().AsSpan().SequenceEqual(expected.ToArray()));
            },
            iter: 500);
    }

    [Fact(Timeout = 120_000)] // For a reader that waits for frames that were lost.
    public async Task Concurrent_writers_lose_nothing_repeat_nothing_and_keep_their_own_order()
    {
        var stop = TestContext.Current.CancellationToken;
        await Gen.Select(Gen.Int[1, 5], Gen.Int[1, 5_000], Gen.UInt).SampleAsync(
            async (writers, pause, seed) =>
            {
                const int PerWriter = 400;
                var pipe = new Pipe(new PipeOptions(
                    pauseWriterThreshold: pause, resumeWriterThreshold: Math.Max(1, pause / 2), useSynchronizationContext: false));
                var queue = new OutboundQueue(long.MaxValue);
                var reading = Task.Run(() => ReadFramesAsync(pipe.Reader, writers * PerWriter, stop), stop);
                var writing = Enumerable.Range(0, writers).Select(writer => Task.Run(() => Write(queue, writer, PerWriter, seed), stop)).ToArray();

                // Starts somewhere in the middle of it, as it does for a client that gets messages while its handshake goes on.
                queue.Start(pipe.Writer, first: null);
                await Task.WhenAll(writing);
                queue.Flush();

                var frames = await reading;
                for (var writer = 0; writer < writers; writer++)
                {
                    Assert.Equal(Enumerable.Range(0, PerWriter), frames.Where(frame => frame.Writer == writer).Select(frame => frame.Number));
                }

                Assert.Equal(0, queue.WaitingBytes);
            },
            iter: 30,
            threads: 2);
    }

    private static void Write(OutboundQueue queue, int writer, int count, uint seed)
    {
        var random = new Random(HashCode.Combine(writer, seed));
        for (var i = 0; i < count; i++)
        {
            var frame = new byte[HeaderLength + random.Next(300)];
            BinaryPrimitives.WriteUInt16LittleEndian(frame, (ushort)frame.Length);
            frame[2] = (byte)writer;
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(3), i);
            frame.AsSpan(HeaderLength).Fill((byte)i);
            Assert.True(queue.Enqueue(frame));
            if (random.Next(5) == 0)
            {
                queue.Flush();
            }
        }

        queue.Flush();
    }

    private static async Task<List<(int Writer, int Number)>> ReadFramesAsync(PipeReader reader, int count, CancellationToken stop)
    {
        List<(int, int)> frames = [];
        while (frames.Count < count)
        {
            var buffer = (await reader.ReadAsync(stop)).Buffer;
            while (buffer.Length >= HeaderLength)
            {
                var header = buffer.Slice(0, HeaderLength).ToArray();
                var length = BinaryPrimitives.ReadUInt16LittleEndian(header);
                if (buffer.Length < length)
                {
                    break;
                }

                var number = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(3));
                Assert.Equal(-1, buffer.Slice(HeaderLength, length - HeaderLength).ToArray().AsSpan().IndexOfAnyExcept((byte)number));
                frames.Add((header[2], number));
                buffer = buffer.Slice(length);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        return frames;
    }

    private static void Read(PipeReader reader, int atMost, List<byte> received)
    {
        if (reader.TryRead(out var result))
        {
            var taken = result.Buffer.Slice(0, Math.Min(atMost, result.Buffer.Length));
            received.AddRange(taken.ToArray());
            reader.AdvanceTo(taken.End);
        }
    }
}
