using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>Clients that do not read what is sent to them: a flush waits for them, and ends in one way or another.</summary>
public sealed class SlowClientTests
{
    /// <summary>More than the system takes for both ends of a connection.</summary>
    private const int Large = 32 * 1024 * 1024;

    [Fact]
    public async Task What_a_slow_client_reads_is_whole_and_in_order()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync(receiveBuffer: 4096);
        var bytes = Bytes.Pattern(Large);

        var flush = connection.Transport.Output.WriteAsync(bytes, TestContext.Current.CancellationToken).AsTask();
        Assert.False(flush.IsCompleted);
        var received = new MemoryStream(Large);
        for (var piece = 1; received.Length < Large; piece = piece * 7 % 65_521) // Sizes of all kinds.
        {
            received.Write(await client.ReceiveAsync((int)Math.Min(piece, Large - received.Length)));
        }

        Assert.False((await flush.Within("all is sent")).IsCompleted);
        Assert.True(received.ToArray().AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task What_is_written_after_a_slow_flush_follows_it()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync(receiveBuffer: 4096);
        var output = connection.Transport.Output;

        var stop = TestContext.Current.CancellationToken;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 4; i++)
            {
                await output.WriteAsync(new byte[Large / 4].AsMemory(), stop);
                await output.WriteAsync(new byte[] { 1 }, stop);
            }
        }, stop);

        for (var i = 0; i < 4; i++)
        {
            var zeros = await client.ReceiveAsync(Large / 4);
            Assert.Equal(-1, zeros.AsSpan().IndexOfAnyExcept((byte)0));
            Assert.Equal(new byte[] { 1 }, await client.ReceiveAsync(1));
        }

        await sending.Within("all is sent");
    }

    [Fact]
    public async Task A_client_that_resets_ends_the_flush_and_the_read_and_the_connection()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync(receiveBuffer: 4096);
        var closed = Closed(connection);
        var read = connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        var flush = connection.Transport.Output.WriteAsync(new byte[Large], TestContext.Current.CancellationToken).AsTask();
        Assert.False(flush.IsCompleted);

        client.LingerState = new LingerOption(true, 0);
        client.Dispose();

        Assert.True((await flush.Within("the flush ends")).IsCompleted);
        await Assert.ThrowsAsync<ConnectionResetException>(() => read.Within("the read ends"));
        await closed.Within("the connection is told");
    }

    [Fact]
    public async Task An_abort_ends_the_flush_and_the_read_and_the_connection_and_resets_the_client()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync(receiveBuffer: 4096);
        var closed = Closed(connection);
        var read = connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        var flush = connection.Transport.Output.WriteAsync(new byte[Large], TestContext.Current.CancellationToken).AsTask();
        Assert.False(flush.IsCompleted);

        connection.Abort(new ConnectionAbortedException("enough"));

        Assert.True((await flush.Within("the flush ends")).IsCompleted);
        Assert.Equal("enough", (await Assert.ThrowsAsync<ConnectionAbortedException>(() => read.Within("the read ends"))).Message);
        await closed.Within("the connection is told");
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<SocketException>(client.ReceiveToEndAsync);
    }

    [Fact]
    public async Task An_abort_in_the_middle_of_reads_and_writes_ends_them()
    {
        await using var server = await LoopbackServer.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            var (client, connection) = await server.ConnectAsync();
            var echo = EchoAsync(connection);
            var flood = FloodAsync(client);

            connection.Abort();

            await echo.Within("the server's reader learns of it");
            await connection.DisposeAsync();
            await Assert.ThrowsAsync<SocketException>(() => flood.Within("the client learns of it"));
        }
    }

    internal static async Task FloodAsync(Socket client)
    {
        var bytes = new byte[10_000];
        while (true)
        {
            await client.SendAsync(bytes, TestContext.Current.CancellationToken);
        }
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        try
        {
            await connection.Transport.Input.CopyToAsync(connection.Transport.Output, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
        }
        catch (ConnectionAbortedException)
        {
        }
    }

    private static Task Closed(ConnectionContext connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionClosed.Register(closed.SetResult);
        return closed.Task;
    }
}
