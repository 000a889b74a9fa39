using System.Diagnostics;
using System.Globalization;

namespace WsCluster.Tests.Kit;

/// <summary>
/// One run of <c>redis-server</c>. It doesn't notice the end of its parent, as our own processes do; so a shell watches standard
/// input and kills it when the test process is gone, however that died.
/// </summary>
internal sealed class RedisServerProcess : ChildProcess
{
    private readonly Process _watch;

    public RedisServerProcess(string program, int port, string? data = null)
        : base("redis-server", new ProcessStartInfo(program)
        {
            // No configuration file; without a folder for its data nothing is written anywhere.
            ArgumentList =
            {
                "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", data is null ? "no" : "yes",
            },
            WorkingDirectory = data ?? Path.GetTempPath(),
        })
    {
        _watch = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", $"read line || kill -9 {ProcessId}" },
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();

        // A line tells the shell that all is well: the id may belong to another process by now.
        await _watch.StandardInput.WriteLineAsync();
        await _watch.StandardInput.FlushAsync();
        await _watch.WaitForExitAsync(CancellationToken.None);
        _watch.Dispose();
    }
}
