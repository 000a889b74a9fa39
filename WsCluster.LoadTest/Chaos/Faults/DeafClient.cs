using System.Net;
using System.Net.Sockets;
using System.Text;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Faults;

internal sealed class DeafClient : IFault
{
    private static readonly TimeSpan Deaf = TimeSpan.FromSeconds(10);

    /// <summary>A node pings every 20 s and closes a client that has not answered by the next ping.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(60);

    public string Name => "deaf-client";

    public string Summary => "A client in all groups reads nothing for 10 s and acknowledges nothing ever; it has to be closed, and nobody else may notice.";

    public async Task InjectAsync(FaultContext context, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        var url = context.HubUrl("deaf", [.. context.Groups]);
        await socket.ConnectAsync(IPAddress.Loopback, url.Port, stop);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: json.reliable.webpubsub.azure.v1\r\n\r\n"), stop);
        await Task.Delay(Deaf, stop);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(CloseLimit);
        try
        {
            var buffer = new byte[64 * 1024];
            var isFirst = true;
            while (await socket.ReceiveAsync(buffer, deadline.Token) is var length and > 0)
            {
                if (isFirst && !Encoding.ASCII.GetString(buffer, 0, length).StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
                {
                    throw new PeerFailedException("The deaf client was not let in.");
                }

                isFirst = false;
            }
        }
        catch (SocketException)
        {
            // A reset ends it as well.
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new PeerFailedException($"The deaf client was not closed within {CloseLimit.TotalSeconds:0} s.");
        }
    }
}
