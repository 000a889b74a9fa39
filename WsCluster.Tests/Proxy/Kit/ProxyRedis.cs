using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace WsCluster.Tests.Proxy.Kit;

/// <summary>A <c>redis-server</c> for the proxy's tests; each test takes a cluster name of its own in it.</summary>
public sealed class ProxyRedis : IAsyncLifetime
{
    private Process? _process;

    /// <summary>Null where the machine has no redis-server.</summary>
    public IConnectionMultiplexer? Connection { get; private set; }

    public int Port { get; } = FreePort();

    public string ConnectionString => $"127.0.0.1:{Port}";

    public async ValueTask InitializeAsync()
    {
        try
        {
            _process = Process.Start(new ProcessStartInfo(
                "redis-server", ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = Path.GetTempPath(),
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return;
        }

        // Read, so that the server never waits for a full pipe.
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        var connection = await ConnectionMultiplexer.ConnectAsync(
            new ConfigurationOptions { EndPoints = { { "127.0.0.1", Port } }, AbortOnConnectFail = false, ConnectTimeout = 10_000 });
        await Eventually.TrueAsync(() => connection.IsConnected, "redis-server answers");
        Connection = connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (Connection is not null)
        {
            await Connection.DisposeAsync();
        }

        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>The tests that share one redis-server; one after the other, as each runs several web servers.</summary>
[CollectionDefinition(Name)]
public sealed class ProxyCollection : ICollectionFixture<ProxyRedis>
{
    public const string Name = "proxy";
}
