using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>Reads and flushes that somebody else breaks off: once for each time, and nothing of the data is lost by it.</summary>
public sealed class CancellationTests
{
    private const int Large = 32 * 1024 * 1024;

    [Fact]
    public async Task A_canceled_read_ends_once()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var input = connection.Transport.Input;

        foreach (var early in new[] { false, true }) // Before the read, or while it waits.
        {
            var read = early ? null : input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
            input.CancelPendingRead();
            var result = await (read ?? input.ReadAsync(TestContext.Current.CancellationToken).AsTask()).Within("the read ends");
            Assert.True(result is { IsCanceled: true, IsCompleted: false, Buffer.IsEmpty: true });
            input.AdvanceTo(result.Buffer.End);

            var next = input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
            await server.WaitForLoopAsync();
            Assert.False(next.IsCompleted);
            await client.SendAsync("x");
            result = await next.Within("the read gets the byte");
            Assert.True(result is { IsCanceled: false, Buffer.Length: 1 });
            input.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public async Task Reads_that_are_canceled_while_bytes_come_lose_none_of_either()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var bytes = Bytes.Pattern(3_000_000);
        var sending = client.SendAsync(bytes, TestContext.Current.CancellationToken).AsTask();

        var stop = TestContext.Current.CancellationToken;
        using var turn = new SemaphoreSlim(1);
        var (canceled, ended) = (0, false);
        var canceling = Task.Run(async () =>
        {
            for (; !Volatile.Read(ref ended); canceled++)
            {
                connection.Transport.Input.CancelPendingRead();
                await turn.WaitAsync(stop); // Until it was seen: two at once may be one.
            }
        }, stop);
        var (seen, received) = (0, new MemoryStream());
        while (received.Length < bytes.Length || seen < 100)
        {
            var result = await connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask().Within("the read ends");
            foreach (var segment in result.Buffer)
            {
                received.Write(segment.Span);
            }

            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCanceled)
            {
                seen++;
                turn.Release();
            }
        }

        Volatile.Write(ref ended, true);
        turn.Release(2);
        await canceling.Within("no cancellation is under way");
        await sending.Within("all is sent");
        Assert.InRange(seen, canceled - 3, canceled); // The last ones came after the last read.
        Assert.True(received.ToArray().AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task A_canceled_flush_ends_once_and_the_next_one_goes_on()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync(receiveBuffer: 4096);
        var output = connection.Transport.Output;
        var bytes = Bytes.Pattern(Large);
        var flush = output.WriteAsync(bytes, TestContext.Current.CancellationToken).AsTask();

        output.CancelPendingFlush();

        Assert.True(await flush.Within("the flush ends") is { IsCanceled: true, IsCompleted: false });
        var next = output.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        await server.WaitForLoopAsync();
        Assert.False(next.IsCompleted);
        var received = await client.ReceiveAsync(Large);
        Assert.True(received.AsSpan().SequenceEqual(bytes));
        Assert.True(await next.Within("the flush gets through") is { IsCanceled: false, IsCompleted: false });
    }

    [Fact]
    public async Task A_flush_that_was_canceled_before_says_so_and_sends_all_the_same()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        connection.Transport.Output.CancelPendingFlush();

        var stop = TestContext.Current.CancellationToken;
        Assert.True((await connection.Transport.Output.WriteAsync(new byte[] { 1 }, stop)).IsCanceled);
        Assert.False((await connection.Transport.Output.WriteAsync(new byte[] { 2 }, stop)).IsCanceled);

        Assert.Equal(new byte[] { 1, 2 }, await client.ReceiveAsync(2));
    }
}
