using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>Whoever works for a client learns of its end, whether somebody reads or not.</summary>
public sealed class ConnectionClosedTests
{
    [Fact]
    public async Task A_closed_client_is_noticed_with_nobody_reading()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var closed = Closed(connection);

        client.Shutdown(SocketShutdown.Send);

        await closed.Within("the connection is told");
        Assert.True((await connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
    }

    [Fact]
    public async Task A_reset_is_noticed_with_nobody_reading_and_bytes_left()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var closed = Closed(connection);
        await client.SendAsync("abc");

        client.LingerState = new LingerOption(true, 0);
        client.Dispose();

        await closed.Within("the connection is told");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4096)] // As much as the first read takes.
    public async Task A_client_that_was_gone_before_its_request_was_read_is_noticed_while_that_is_handled(int length)
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await server.ConnectClientAsync();
        await client.SendAsync(new string('x', length));
        client.Shutdown(SocketShutdown.Send);
        var connection = await server.AcceptAsync();
        await server.WaitForLoopAsync(); // It has heard of the end now, and won't be told again.
        var closed = Closed(connection);

        Assert.Equal(length, (await connection.Transport.Input.ReadAsync(length)).Length);

        await closed.Within("the connection is told"); // Nobody reads on: the request waits for something else.
    }

    [Fact]
    public async Task It_is_not_told_before_a_reader_has_had_what_the_client_sent_first()
    {
        await using var server = await LoopbackServer.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            var (client, connection) = await server.ConnectAsync();
            var read = ReadAsync(connection);
            await client.SendAsync("abc");
            client.Shutdown(SocketShutdown.Send);
            Assert.False(await read.Within("it is read"));
            await client.ReceiveToEndAsync();
        }

        // Whether the connection counts as closed when the bytes have come and the reader has answered them.
        static async Task<bool> ReadAsync(ConnectionContext connection)
        {
            var result = await connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken);
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            var told = connection.ConnectionClosed.IsCancellationRequested;
            await connection.DisposeAsync();
            return told;
        }
    }

    [Fact]
    public async Task What_fails_when_it_is_told_does_not_end_the_process()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var closed = Closed(connection);
        connection.ConnectionClosed.Register(() => throw new InvalidOperationException("A test's."));

        client.Shutdown(SocketShutdown.Send);

        await closed.Within("the connection is told");
        await server.ConnectAsync();
    }

    [Fact]
    public async Task The_server_s_own_end_is_told_too()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (_, connection) = await server.ConnectAsync();
        var closed = Closed(connection);

        await connection.DisposeAsync();

        await closed.Within("the connection is told");
    }

    private static Task Closed(ConnectionContext connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionClosed.Register(closed.SetResult);
        return closed.Task;
    }
}
