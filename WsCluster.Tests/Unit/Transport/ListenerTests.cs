using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using WsCluster.Server;
using WsCluster.Server.Transport;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>Addresses, and the beginning and the end of listening.</summary>
public sealed class ListenerTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Both_ends_have_the_right_addresses(string address)
    {
        Assert.SkipUnless(address == "127.0.0.1" || Socket.OSSupportsIPv6, "The machine has no IPv6.");
        await using var server = await LoopbackServer.StartAsync(IPAddress.Parse(address));
        var (client, connection) = await server.ConnectAsync();

        Assert.Equal(client.LocalEndPoint, connection.RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, connection.LocalEndPoint);
        Assert.Equal(server.EndPoint, connection.LocalEndPoint);
        await client.SendAsync("x");
        Assert.Equal("x"u8.ToArray(), await connection.Transport.Input.ReadAsync(1));
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_reported_as_such()
    {
        await using var server = await LoopbackServer.StartAsync();
        var transport = new EpollTransport(new NodeOptions(), server.Loops, NullLogger<EpollListener>.Instance);

        await Assert.ThrowsAsync<AddressInUseException>(async () => await transport.BindAsync(server.EndPoint, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Unbound_it_refuses_newcomers_and_serves_those_who_are_there()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var waiting = await server.ConnectClientAsync();
        await server.WaitForLoopAsync(); // It is accepted, but nobody has taken it up.

        await server.Listener.UnbindAsync(TestContext.Current.CancellationToken);

        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var refusal = await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
        foreach (var (each, its) in new[] { (client, connection), (waiting, await server.AcceptAsync()) })
        {
            await each.SendAsync("x");
            Assert.Equal("x"u8.ToArray(), await its.Transport.Input.ReadAsync(1));
        }

        Assert.Null(await server.Listener.AcceptAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Disposed_it_closes_whom_nobody_has_taken_up()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await server.ConnectClientAsync();
        await server.WaitForLoopAsync();

        await server.Listener.DisposeAsync();

        Assert.Empty(await client.ReceiveToEndAsync());
    }

    [Fact]
    public async Task Loops_that_end_right_after_it_still_give_the_port_back()
    {
        for (var i = 0; i < 20; i++)
        {
            var server = await LoopbackServer.StartAsync();
            await server.DisposeAsync();
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken).AsTask());
        }
    }

    [Fact]
    public async Task It_outlives_the_socket_object_that_has_opened_it()
    {
        await using var server = await LoopbackServer.StartAsync();

        GC.Collect();
        GC.WaitForPendingFinalizers();

        await server.ConnectAsync();
    }

    [Theory]
    [InlineData(1, "EpollConnection")]
    [InlineData(0, "SocketConnection")]
    public async Task Without_event_loops_connections_are_dot_net_s(int eventLoops, string expected)
    {
        string? type = null;
        await using var server = await KestrelServer.StartAsync(
            context => context.Response.WriteAsync("hello", CancellationToken.None),
            endpoint => endpoint.Use(next => connection =>
            {
                type = connection.GetType().Name;
                return next(connection);
            }),
            eventLoops);
        using var http = new HttpClient();

        Assert.Equal("hello", await http.GetStringAsync(server.Address, TestContext.Current.CancellationToken).Within("it is answered"));
        Assert.Equal(expected, type);
    }
}
