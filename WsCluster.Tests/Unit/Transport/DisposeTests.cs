using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>The end of a connection from the server's side.</summary>
public sealed class DisposeTests
{
    [Fact]
    public async Task A_client_that_floods_does_not_keep_its_connection_from_being_closed()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var flood = SlowClientTests.FloodAsync(client);
        Assert.Equal(100_000, (await connection.Transport.Input.ReadAsync(100_000)).Length);

        await connection.DisposeAsync();

        await Assert.ThrowsAsync<SocketException>(() => flood.Within("the client learns of it"));
    }

    [Fact]
    public async Task The_last_answer_arrives_though_not_all_was_read_that_the_client_sent()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        await client.SendAsync(new string('x', 30_000)); // Less than the window: it is at the server's side now.

        await connection.Transport.Output.WriteAsync("no"u8.ToArray(), TestContext.Current.CancellationToken);
        await connection.DisposeAsync();

        Assert.Equal("no"u8.ToArray(), await client.ReceiveToEndAsync()); // With an end, not with a reset, which can overtake an answer.
    }

    [Fact]
    public async Task What_still_waits_for_the_connection_ends_with_it()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (_, connection) = await server.ConnectAsync(receiveBuffer: 4096);
        var read = connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        var flush = connection.Transport.Output.WriteAsync(new byte[32 * 1024 * 1024], TestContext.Current.CancellationToken).AsTask();

        await connection.DisposeAsync();

        await Assert.ThrowsAsync<ConnectionAbortedException>(() => read.Within("the read ends"));
        Assert.True((await flush.Within("the flush ends")).IsCompleted);
    }

    [Fact]
    public async Task Nobody_gets_at_the_descriptor_any_more_which_may_be_somebody_else_s()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (_, old) = await server.ConnectAsync();
        await old.DisposeAsync();
        await server.WaitForLoopAsync();
        List<(Socket Client, ConnectionContext Server)> others = [];
        for (var i = 0; i < 20; i++) // One of them has the old one's number, or it is the test's.
        {
            others.Add(await server.ConnectAsync());
            await others[i].Client.SendAsync("x");
        }

        await Assert.ThrowsAnyAsync<Exception>(async () => await old.Transport.Input.ReadAsync(TestContext.Current.CancellationToken));
        Assert.True((await old.Transport.Output.WriteAsync(new byte[] { 1 }, TestContext.Current.CancellationToken)).IsCompleted);
        old.Abort();
        Assert.Null(old.LocalEndPoint);

        foreach (var (client, connection) in others)
        {
            Assert.Equal("x"u8.ToArray(), await connection.Transport.Input.ReadAsync(1));
            await connection.DisposeAsync();
            Assert.Empty(await client.ReceiveToEndAsync());
        }
    }
}
