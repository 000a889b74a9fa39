using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using WsCluster.Server;
using WsCluster.Server.Transport;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Transport.Kit;

/// <summary>The transport without Kestrel, on a port of the loopback device and with event loops of its own.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _connections = [];
    private readonly List<Socket> _clients = [];

    private LoopbackServer(EventLoops loops, IConnectionListener listener) => (Loops, Listener) = (loops, listener);

    public EventLoops Loops { get; }

    public IConnectionListener Listener { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Listener.EndPoint;

    /// <summary>Begins to listen; skips the test where there is no epoll.</summary>
    public static async Task<LoopbackServer> StartAsync(IPAddress? address = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The transport is over epoll, which only Linux has.");
        var options = new NodeOptions { EventLoops = 1 };
        var loops = new EventLoops(options, NullLogger<EventLoop>.Instance);
        var transport = new EpollTransport(options, loops, NullLogger<EpollListener>.Instance);
        return new(loops, await transport.BindAsync(new IPEndPoint(address ?? IPAddress.Loopback, 0), TestContext.Current.CancellationToken));
    }

    /// <summary>Connects a client.</summary>
    /// <param name="receiveBuffer">What the system keeps for it while it does not read, bytes; 0 leaves that to the system.</param>
    public async Task<(Socket Client, ConnectionContext Server)> ConnectAsync(int receiveBuffer = 0)
    {
        var client = await ConnectClientAsync(receiveBuffer);
        return (client, await AcceptAsync());
    }

    /// <summary>Connects a client whose connection nobody takes up yet.</summary>
    public async Task<Socket> ConnectClientAsync(int receiveBuffer = 0)
    {
        var client = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _clients.Add(client);
        if (receiveBuffer > 0)
        {
            client.ReceiveBufferSize = receiveBuffer; // Before it connects: it limits the window, too.
        }

        await client.ConnectAsync(EndPoint, TestContext.Current.CancellationToken);
        return client;
    }

    public async Task<ConnectionContext> AcceptAsync()
    {
        var connection = await Listener.AcceptAsync(TestContext.Current.CancellationToken);
        _connections.Add(connection!);
        return connection!;
    }

    /// <summary>Completes when the loop has handled what there was for it until now.</summary>
    public async Task WaitForLoopAsync()
    {
        // What is posted runs after the events that one wait has told of, which may have been under way: so one more wait.
        for (var i = 0; i < 2; i++)
        {
            var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Loops.First.Post(ran.SetResult);
            await ran.Task.Within("the event loop goes round");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await Listener.DisposeAsync();
        Loops.Dispose();
    }
}
