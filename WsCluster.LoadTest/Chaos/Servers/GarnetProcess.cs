using Garnet;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>What the process of a Garnet server does, with the options of the AppHost's embedded one.</summary>
internal static class GarnetProcess
{
    private const int MinThreads = 32;

    /// <summary>Runs until it is stopped.</summary>
    /// <param name="port">Where it listens.</param>
    /// <param name="folder">Where it keeps its append-only file, from which it recovers; null for none.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task RunAsync(int port, DirectoryInfo? folder, CancellationToken stop)
    {
        List<string> arguments =
        [
            "--bind", "127.0.0.1", "--port", $"{port}", "--lua", "--lua-transaction-mode", "--memory", "256m", "--index", "64m",
        ];
        if (folder is not null)
        {
            // Waits for each commit before it answers: what is acknowledged survives a kill. The file is in the folder of the checkpoints.
            // .NET's own file access: the native one needs a libaio that not every machine has.
            arguments.AddRange(["--aof", "--aof-commit-wait", "--recover", "--checkpointdir", folder.FullName, "--device-type", "RandomAccess"]);
        }

        // As the AppHost's embedded one: see there.
        ThreadPool.GetMinThreads(out var threads, out var others);
        ThreadPool.SetMinThreads(Math.Max(threads, MinThreads), others);
        using var server = new GarnetServer([.. arguments]);
        server.Start();
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
