using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace WsCluster.Tests.Unit.Support;

/// <summary>A redis-server of its own for the tests of a class: free port, nothing on disk, gone afterwards.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly List<ConnectionMultiplexer> _connections = [];
    private Process? _process;
    private string? _endpoint;

    public async ValueTask InitializeAsync()
    {
        var program = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);
        if (program is null)
        {
            return;
        }

        // Somebody else may take the port between the look for a free one and the start; then another one is tried.
        var deadline = DateTime.UtcNow + StartTimeout;
        while (_endpoint is null && DateTime.UtcNow < deadline)
        {
            await TryStartAsync(program, deadline);
        }

        Assert.True(_endpoint is not null, "redis-server did not start.");
    }

    /// <summary>A connection of its own; skips the test where Redis is not installed.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync()
    {
        Assert.SkipWhen(_endpoint is null, "redis-server is not installed on this machine.");
        var connection = await ConnectionMultiplexer.ConnectAsync($"{_endpoint},asyncTimeout=20000");
        lock (_connections)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        Stop();
    }

    private async Task TryStartAsync(string program, DateTime deadline)
    {
        var port = FreePort();
        _process = Process.Start(new ProcessStartInfo(program,
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()])
        {
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, _) => { }; // Read, so that the pipe never fills.
        _process.BeginOutputReadLine();
        while (!_process.HasExited && DateTime.UtcNow < deadline)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                _endpoint = $"127.0.0.1:{port}";
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        Stop();
    }

    private void Stop()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        _process = null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
