using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace WsCluster.LoadTest.Peers;

/// <summary>Starts <c>redis-server</c>, without a configuration file and without persistence.</summary>
internal static class RedisServer
{
    private const string Program = "redis-server";

    /// <summary>How to install it; null if it is there.</summary>
    public static string? Missing() => ProgramFiles.Missing(Program, "apt-get install redis-server");

    public static async Task<ServerProcess> StartAsync(int port, CancellationToken cancellationToken)
    {
        var process = ServerProcess.Start("redis", ProcessRole.Redis, new ProcessStartInfo(Program)
        {
            ArgumentList = { "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no" },
            WorkingDirectory = Path.GetTempPath(),
        });
        try
        {
            await process.WaitUntilAsync(() => PingAsync(port), cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> PingAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync("PING\r\n"u8.ToArray());
        var answer = new byte[5];
        await stream.ReadExactlyAsync(answer);
        return answer.AsSpan().SequenceEqual("+PONG"u8);
    }
}
