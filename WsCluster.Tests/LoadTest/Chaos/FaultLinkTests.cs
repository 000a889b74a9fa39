using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WsCluster.LoadTest.Chaos.Links;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.LoadTest.Chaos;

/// <summary>What a link does to the connections through it, with real sockets.</summary>
public sealed class FaultLinkTests : IAsyncLifetime
{
    private readonly TcpListener _first = Listen();
    private readonly TcpListener _second = Listen();
    private readonly FaultLink _link;

    public FaultLinkTests() => _link = new FaultLink(Port(_first));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task Forwards_everything_in_both_directions_and_the_ends_of_both()
    {
        var (client, server) = await ConnectAsync(_first);
        var sent = Enumerable.Range(0, 1_000_000).Select(i => (byte)(i * 7)).ToArray();
        var sending = client.GetStream().WriteAsync(sent, Token);
        var received = new byte[sent.Length];
        await server.GetStream().ReadExactlyAsync(received, Token);
        await sending;
        Assert.Equal(sent, received);

        await server.GetStream().WriteAsync("back"u8.ToArray(), Token);
        await client.GetStream().ReadExactlyAsync(received.AsMemory(0, 4), Token);
        Assert.Equal("back"u8, received.AsSpan(0, 4));
        var end = client.GetStream();
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await server.GetStream().ReadAsync(received, Token));
        server.Close();
        Assert.Equal(0, await end.ReadAsync(received, Token));
    }

    [Fact]
    public async Task A_cut_breaks_what_is_there_and_what_comes_until_it_is_open_again()
    {
        var (client, server) = await ConnectAsync(_first);
        _link.Cut();
        await AssertBreaksAsync(client);
        await AssertBreaksAsync(server);

        await AssertRefusesAsync();

        _link.Open();
        (client, server) = await ConnectAsync(_first);
        await AssertForwardsAsync(client, server);
    }

    [Fact]
    public async Task A_held_link_forwards_nothing_until_it_is_open_again()
    {
        var (client, server) = await ConnectAsync(_first);
        _link.Hold();
        await client.GetStream().WriteAsync("x"u8.ToArray(), Token);
        using var late = new TcpClient();
        await late.ConnectAsync(IPAddress.Loopback, _link.Port, Token);
        await Task.Delay(200, Token);
        Assert.Equal(0, server.Available);
        Assert.False(_first.Pending());

        _link.Open();
        Assert.Equal((byte)'x', await ReadAsync(server));
        using var lateServer = await _first.AcceptTcpClientAsync(Token);
        await AssertForwardsAsync(late, lateServer);
    }

    [Fact]
    public async Task A_delay_delays_and_loses_nothing()
    {
        var (client, server) = await ConnectAsync(_first);
        _link.Delay = TimeSpan.FromMilliseconds(200);
        var watch = Stopwatch.StartNew();
        await AssertForwardsAsync(client, server);
        Assert.InRange(watch.ElapsedMilliseconds, 195, 5_000);
    }

    [Fact]
    public async Task Connections_after_a_reset_go_where_the_link_points_then()
    {
        var (client, _) = await ConnectAsync(_first);
        _link.UpstreamPort = Port(_second);
        _link.Reset();
        await AssertBreaksAsync(client);
        var (next, server) = await ConnectAsync(_second);
        await AssertForwardsAsync(next, server);
    }

    [Fact]
    public async Task Where_nobody_listens_connections_break()
    {
        _link.UpstreamPort = FreePorts.Find(1);
        await AssertRefusesAsync();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task<byte> ReadAsync(TcpClient client)
    {
        var one = new byte[1];
        await client.GetStream().ReadExactlyAsync(one, Token).AsTask().Within("a byte comes through");
        return one[0];
    }

    private static async Task AssertForwardsAsync(TcpClient client, TcpClient server)
    {
        await client.GetStream().WriteAsync("y"u8.ToArray(), Token);
        Assert.Equal((byte)'y', await ReadAsync(server));
    }

    private static async Task AssertBreaksAsync(TcpClient client)
    {
        try
        {
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Token).AsTask().Within("the connection breaks"));
        }
        catch (IOException)
        {
            // A reset rather than an end.
        }
    }

    private async Task AssertRefusesAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _link.Port, Token);
            await AssertBreaksAsync(client);
        }
        catch (SocketException)
        {
            // Broken before it was known to be there.
        }
    }

    private async Task<(TcpClient Client, TcpClient Server)> ConnectAsync(TcpListener upstream)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _link.Port, Token);
        return (client, await upstream.AcceptTcpClientAsync(Token).AsTask().Within("the link connects"));
    }
}
