using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using WsCluster.Server.Transport;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>Connections on one loop take turns.</summary>
public sealed class FairnessTests
{
    [Fact]
    public async Task A_connection_that_always_has_more_to_read_lets_the_others_be_served()
    {
        const int FullRead = 64 * 1024;
        const int EnoughReads = 1_000;
        await using var server = await LoopbackServer.StartAsync();
        var (quiet, quietConnection) = await server.ConnectAsync();
        var (flooder, flooded) = await ConnectFlooderAsync(server.Loops.First);
        var stop = TestContext.Current.CancellationToken;
        var (isServed, fullReads, readsUntilServed) = (false, 0, 0);
        var served = ServeAsync();
        var flood = FloodAsync();
        flooder.Send(new byte[2 * FullRead]);

        await flood.Within("the flood ends");
        Assert.InRange(readsUntilServed, 1, EnoughReads - 1);
        await served.Within("the other connection is served");
        flooder.Dispose();
        await flooded.DisposeAsync();

        // Both go on on the loop's thread.
        async Task ServeAsync()
        {
            await quietConnection.Transport.Input.ReadAsync(stop);
            isServed = true;
        }

        async Task FloodAsync()
        {
            while (!isServed && readsUntilServed < EnoughReads)
            {
                // The socket has as much again before the next read: it never is empty.
                var result = await flooded.Transport.Input.ReadAsync(stop);
                flooder.Send(new byte[result.Buffer.Length]);
                fullReads += result.Buffer.Length == FullRead ? 1 : 0;
                readsUntilServed += fullReads > 10 ? 1 : 0;
                if (readsUntilServed == 1)
                {
                    quiet.Send("x"u8);
                }

                flooded.Transport.Input.AdvanceTo(result.Buffer.End);
            }
        }
    }

    /// <summary>A Unix socket, since all that was sent through one can be read at once: no window keeps it back.</summary>
    private static async Task<(Socket Client, EpollConnection Server)> ConnectFlooderAsync(EventLoop loop)
    {
        var stop = TestContext.Current.CancellationToken;
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendBufferSize = 512 * 1024 };
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
        var accepted = await listener.AcceptAsync(stop);
        accepted.Blocking = false;
        var connection = new EpollConnection(loop, (int)accepted.Handle, remote: null, NullLogger.Instance);
        accepted.SafeHandle.SetHandleAsInvalid();
        connection.Start();
        return (client, connection);
    }
}
