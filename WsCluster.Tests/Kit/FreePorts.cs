using System.Net;
using System.Net.Sockets;

namespace WsCluster.Tests.Kit;

/// <summary>Ports for servers that can't say which one the system gave them.</summary>
public static class FreePorts
{
    // Below the ports that Linux (from 32768) and others (from 49152) give to outgoing connections: one of those could take a port
    // between its choice here and its use. Each run of the tests starts elsewhere, so that two of them don't go for the same.
    private const int First = 15_000;
    private const int End = 32_000;

    private static readonly Lock Gate = new();
    private static int _next = Random.Shared.Next(First, End);

    /// <summary>The first of several ports in a row that are free, and that nobody else in this process is given soon.</summary>
    public static int Find(int count = 1)
    {
        lock (Gate)
        {
            while (true)
            {
                var first = _next + count <= End ? _next : First;
                _next = first + count;
                if (Enumerable.Range(first, count).All(IsFree))
                {
                    return first;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
