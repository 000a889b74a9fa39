using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Garnet;

namespace WsCluster.AppHost.Redis;

/// <summary>
/// A Redis inside this process: Garnet on a free port of 127.0.0.1, in memory alone. It is what a cluster on one machine runs on when
/// nobody gave it a Redis; what it holds is gone with the process.
/// </summary>
public sealed class EmbeddedRedis : IDisposable
{
    /// <summary>Ports tried before giving up; each one may be taken by another process between finding it and listening on it.</summary>
    private const int Attempts = 20;
    private const int MinThreads = 32;

    /// <summary>Held while a server is made: <see cref="Create"/> reads the process's trace listeners, which another creation changes.</summary>
    private static readonly Lock Creation = new();

    private readonly GarnetServer _server;

    private EmbeddedRedis(GarnetServer server, int port)
    {
        _server = server;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Its connection string for StackExchange.Redis.</summary>
    public string ConnectionString => EndPoint.ToString();

    /// <summary>Starts a server; it takes connections when this returns.</summary>
    /// <exception cref="IOException">No port could be had.</exception>
    public static EmbeddedRedis Start() => Start(FindFreePort);

    /// <summary>Starts a server on one of the ports that <paramref name="findPort"/> names.</summary>
    internal static EmbeddedRedis Start(Func<int> findPort)
    {
        Exception? last = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = findPort();
            var server = Create(port);
            try
            {
                server.Start();
                return new EmbeddedRedis(server, port);
            }
            catch (Exception exception) when (IsPortTrouble(exception))
            {
                server.Dispose();
                last = exception.GetBaseException();
            }
        }

        throw new IOException($"The embedded Redis found no free port on 127.0.0.1 in {Attempts} attempts: {last!.Message}", last);
    }

    /// <summary>Stops it; its port is free when this returns.</summary>
    public void Dispose() => _server.Dispose();

    private static GarnetServer Create(int port)
    {
        string[] arguments =
        [
            "--bind", "127.0.0.1", "--port", port.ToString(),

            // WsCluster's scripts touch several keys; only as transactions are they atomic in Garnet.
            "--lua", "--lua-transaction-mode",

            // Memory for records and for the index. Without a storage tier the oldest records are dropped beyond that.
            "--memory", "256m", "--index", "64m",

            "-q", "--disable-console-logger",
        ];

        // Garnet serves connections on pool threads, where scripts wait for each other's keys. When all threads wait, the pool adds one or
        // two a second: on two cores a Garnet that has just started then answers nobody for five seconds.
        ThreadPool.GetMinThreads(out var threads, out var others);
        ThreadPool.SetMinThreads(Math.Max(threads, MinThreads), others);

        lock (Creation)
        {
            // Garnet's constructor adds a listener that prints every Trace of the process to the console.
            TraceListener[] before = [.. Trace.Listeners.OfType<TraceListener>()];
            try
            {
                return new GarnetServer(arguments);
            }
            finally
            {
                foreach (var added in Trace.Listeners.OfType<ConsoleTraceListener>().Except(before).ToArray())
                {
                    Trace.Listeners.Remove(added);
                }
            }
        }
    }

    /// <summary>Garnet wraps what the socket says in an exception of its own.</summary>
    private static bool IsPortTrouble(Exception exception) =>
        exception.GetBaseException() is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AccessDenied };

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
