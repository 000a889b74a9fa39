using System.Net;
using System.Net.Sockets;

namespace WsCluster.LoadTest.Chaos.Links;

/// <summary>One connection through a <see cref="FaultLink"/>.</summary>
internal sealed class LinkConnection(FaultLink link, Socket client)
{
    private const int BufferSize = 64 * 1024;

    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Forwards until one side ends, or <see cref="Abort"/>.</summary>
    public async Task RunAsync(int upstreamPort)
    {
        try
        {
            client.NoDelay = true;
            await link.PassAsync();
            await _server.ConnectAsync(IPAddress.Loopback, upstreamPort);
            await Task.WhenAll(ForwardAsync(client, _server), ForwardAsync(_server, client));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Abort(); // Nobody listens there, or one of the two sockets broke: the other has to break, too.
        }

        client.Dispose();
        _server.Dispose();
    }

    /// <summary>Breaks it: both sides see a reset.</summary>
    public void Abort()
    {
        client.Close(0);
        _server.Close(0);
    }

    private async Task ForwardAsync(Socket from, Socket to)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
        try
        {
            while (await from.ReceiveAsync(buffer) is var length and > 0)
            {
                await link.PassAsync();
                var rest = buffer.AsMemory(0, length);
                while (rest.Length > 0)
                {
                    rest = rest[await to.SendAsync(rest)..];
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Abort();
        }
    }
}
