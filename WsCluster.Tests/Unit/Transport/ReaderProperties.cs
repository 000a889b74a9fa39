using System.Buffers;
using System.IO.Pipelines;
using CsCheck;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>The reader's contract, whatever its user consumes and examines.</summary>
public sealed class ReaderProperties
{
    [Fact]
    public async Task All_bytes_come_once_and_in_order()
    {
        await using var server = await LoopbackServer.StartAsync();
        await Gen.Select(Gen.Int[1, 300_000], Gen.Int[1, 60_000], Gen.UInt).SampleAsync(
            async (length, piece, seed) =>
            {
                var (client, connection) = await server.ConnectAsync();
                var bytes = Bytes.Pattern(length);
                var stop = TestContext.Current.CancellationToken;
                var sending = Task.Run(async () =>
                {
                    for (var sent = 0; sent < length; sent += piece)
                    {
                        await client.SendAsync(bytes.AsMemory(sent, Math.Min(piece, length - sent)), stop);
                    }

                    client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                }, stop);
                var received = await ReadAsync(connection.Transport.Input, new Random((int)seed));
                await sending;
                await connection.DisposeAsync();
                Assert.True(received.AsSpan().SequenceEqual(bytes));
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public async Task A_read_waits_for_bytes_that_were_not_examined_yet()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var input = connection.Transport.Input;
        await client.SendAsync("abc");
        var buffer = (await input.ReadAsync(TestContext.Current.CancellationToken)).Buffer;

        input.AdvanceTo(buffer.GetPosition(1), buffer.GetPosition(2)); // "c" was not looked at.
        Assert.True(input.TryRead(out var again));
        Assert.Equal("bc"u8.ToArray(), again.Buffer.ToArray());

        input.AdvanceTo(again.Buffer.Start, again.Buffer.End);
        Assert.False(input.TryRead(out _));
        var read = input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(read.IsCompleted);
        await client.SendAsync("d");
        Assert.Equal("bcd"u8.ToArray(), (await read.Within("the byte comes")).Buffer.ToArray());
    }

    /// <summary>Reads to the end, and consumes and examines now more, now less.</summary>
    private static async Task<byte[]> ReadAsync(PipeReader input, Random random)
    {
        using var received = new MemoryStream();
        while (true)
        {
            var result = await input.ReadAsync(TestContext.Current.CancellationToken).AsTask().Within("the read ends");
            var buffer = result.Buffer;
            var consumed = random.Next(4) switch
            {
                0 => 0,
                1 => buffer.Length,
                _ => random.NextInt64(buffer.Length + 1),
            };
            received.Write(buffer.Slice(0, consumed).ToArray());
            if (result.IsCompleted && consumed == buffer.Length)
            {
                return received.ToArray();
            }

            input.AdvanceTo(buffer.GetPosition(consumed), random.Next(2) == 0 ? buffer.End : buffer.GetPosition(consumed));
        }
    }
}
