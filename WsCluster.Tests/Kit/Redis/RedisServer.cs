using System.Net.Sockets;

namespace WsCluster.Tests.Kit;

/// <summary>A <c>redis-server</c> process that can be killed, paused and restarted on the same port; it is empty then, unless it persists.</summary>
public sealed class RedisServer : TestRedis
{
    private RedisServerProcess? _process;

    private DirectoryInfo? _data;

    private RedisServer(int port) => Port = port;

    /// <summary>The program; null where it isn't installed.</summary>
    public static string? Program { get; } = TestPaths.Find("redis-server");

    /// <inheritdoc/>
    public override int Port { get; }

    /// <summary>A server with a port, but not running yet.</summary>
    public static RedisServer Reserve()
    {
        if (ReasonToSkip(RedisKind.RedisServer) is { } reason)
        {
            Assert.Skip(reason);
        }

        return new RedisServer(FreePorts.Find());
    }

    /// <summary>A running server.</summary>
    /// <param name="persists">Whether it writes what it has to disk (an append-only file), and has it again after a restart.</param>
    public static async Task<RedisServer> StartAsync(bool persists = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = Reserve();
            server._data = persists ? Directory.CreateTempSubdirectory("wscluster-redis-") : null;
            try
            {
                await server.RunAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                await server.DisposeAsync(); // Somebody else took the port meanwhile.
            }
        }
    }

    /// <summary>Runs the server and waits until it answers.</summary>
    public async Task RunAsync()
    {
        Assert.True(_process is null or { HasExited: true }, "The server runs already.");
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = new RedisServerProcess(Program!, Port, _data?.FullName);
        await Eventually.True(
            async () => _process.HasExited
                ? throw new InvalidOperationException("redis-server exited:\n" + string.Join('\n', _process.Log.From(0)))
                : await AnswersAsync(),
            $"redis-server answers on port {Port}");
    }

    /// <summary>SIGKILL: connections break, and what was not persisted is lost.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGSTOP: connections stay, nothing answers.</summary>
    public void Pause() => _process!.Pause();

    /// <summary>SIGCONT.</summary>
    public void Resume() => _process!.Resume();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _data?.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("PING\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var answer = new byte[5];
        await client.GetStream().ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        return answer.AsSpan().SequenceEqual("+PONG"u8);
    }
}
