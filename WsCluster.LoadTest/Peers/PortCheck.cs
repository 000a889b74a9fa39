using System.Net;
using System.Net.Sockets;

namespace WsCluster.LoadTest.Peers;

/// <summary>Looks at ports on loopback.</summary>
internal static class PortCheck
{
    /// <summary>Finds out before anything is started whether ports are free: a server's own complaint is hard to find.</summary>
    /// <exception cref="PeerFailedException">One of the ports is in use.</exception>
    public static void Require(int first, int count)
    {
        for (var port = first; port < first + count; port++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = false };
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException)
            {
                throw new PeerFailedException($"Port {port} is in use; --port takes the first of {count} ports in a row that are free.");
            }
        }
    }

    /// <summary>Whether somebody takes connections; <see cref="SocketException"/> if not.</summary>
    public static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        return true;
    }
}
