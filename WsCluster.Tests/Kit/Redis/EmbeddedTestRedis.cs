using System.Diagnostics;
using System.Globalization;
using Garnet;

namespace WsCluster.Tests.Kit;

/// <summary>Garnet in the test process.</summary>
internal sealed class EmbeddedTestRedis : TestRedis
{
    private readonly GarnetServer _server;

    private EmbeddedTestRedis(GarnetServer server, int port)
    {
        _server = server;
        Port = port;
    }

    public override int Port { get; }

    public static EmbeddedTestRedis Start()
    {
        var port = FindFreePort();
        var listeners = Trace.Listeners.Cast<TraceListener>().ToArray();
        var server = new GarnetServer([
            "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--lua", "--lua-transaction-mode",
            "-q", "--disable-console-logger", "-m", "256m", "-i", "64m"]);
        foreach (var added in Trace.Listeners.Cast<TraceListener>().Except(listeners).ToArray())
        {
            Trace.Listeners.Remove(added); // Garnet adds one that writes to the console.
        }

        server.Start();
        return new EmbeddedTestRedis(server, port);
    }

    public override ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
