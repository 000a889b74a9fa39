using System.Diagnostics;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>A Redis that keeps what it is told in a folder, and can be killed and started again on it.</summary>
/// <param name="kind">What it is.</param>
/// <param name="port">Where it listens.</param>
/// <param name="folder">Where it keeps its files.</param>
/// <param name="log">Told what it writes.</param>
internal sealed class RedisProcess(RedisKind kind, int port, DirectoryInfo folder, Action<string, string> log) : IAsyncDisposable
{
    private ServerProcess? _process;

    public int Port => port;

    private string Name => $"redis-{port}";

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="master">Port of the Redis that it replicates, if any.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task StartAsync(int? master, CancellationToken stop)
    {
        folder.Create();
        var start = kind == RedisKind.Redis ? Redis(master) : Garnet();
        start.WorkingDirectory = folder.FullName;
        CleanEnvironment.Apply(start);
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = ServerProcess.Start(Name, ProcessRole.Redis, start, line => log(Name, line));
        await _process.WaitUntilAsync(async () => await RedisConnection.AskAsync(port, "PING") == "+PONG", stop);
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync(CancellationToken stop) => _process!.KillAsync(stop);

    public void Send(int signal) => _process!.Send(signal);

    /// <summary>Deletes what it has kept; it must not be running.</summary>
    public void Wipe()
    {
        folder.Create();
        folder.Delete(recursive: true);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>
    /// What is acknowledged must be in the file, since the process is killed; the machine is not, so nothing need be synced. The usual
    /// <c>everysec</c> holds writes back for up to two seconds while a sync takes long, and acknowledges them all the same.
    /// </summary>
    private ProcessStartInfo Redis(int? master)
    {
        var start = new ProcessStartInfo("redis-server")
        {
            ArgumentList =
            {
                "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--appendfsync", "no",
                "--dir", folder.FullName, "--enable-debug-command", "no", "--repl-diskless-sync-delay", "0",
            },
        };
        if (master is not null)
        {
            foreach (var argument in new[] { "--replicaof", "127.0.0.1", $"{master}" })
            {
                start.ArgumentList.Add(argument);
            }
        }

        return start;
    }

    private ProcessStartInfo Garnet() =>
        new(ProgramFiles.DotNet, [ProgramFiles.Self, "peer", "garnet", "--port", $"{port}", "--aof", folder.FullName]);
}
