using System.ComponentModel;
using System.Diagnostics;

namespace WsCluster.AppHost.Redis;

/// <summary>Finds out whether this machine can run containers.</summary>
internal static class ContainerRuntime
{
    /// <summary>One whose service hangs counts as absent; Aspire itself would wait for it without end.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Whether a container runtime answers.</summary>
    /// <param name="name"><c>docker</c> or <c>podman</c>, as <c>ASPIRE_CONTAINER_RUNTIME</c> names it; null for either.</param>
    public static async Task<bool> AnswersAsync(string? name)
    {
        string[] names = string.IsNullOrWhiteSpace(name) ? ["docker", "podman"] : [name];
        var answers = await Task.WhenAll(names.Select(ListAsync));
        return answers.Any(answered => answered);
    }

    /// <summary>Lists containers: that takes the program and, where it has one, its service.</summary>
    private static async Task<bool> ListAsync(string program)
    {
        var start = new ProcessStartInfo(program, ["container", "ls", "--last", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            using var deadline = new CancellationTokenSource(Deadline);
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
            try
            {
                await process.WaitForExitAsync(deadline.Token);
                await output;
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            return false; // There is no such program in PATH.
        }
    }
}
