using System.Diagnostics;
using WsCluster.AppHost.Topology;

namespace WsCluster.AppHost.Processes;

/// <summary>A running process of the cluster.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        Exited = WaitAsync();
    }

    public int Id { get; }

    /// <summary>Completes when the process has ended and its last line was written.</summary>
    public Task<ExitStatus> Exited { get; }

    public static ChildProcess Start(ProcessPlan plan, Terminal terminal)
    {
        var program = ProgramFiles.Find(plan.Program);
        var info = new ProcessStartInfo(ProgramFiles.DotNet, [program])
        {
            // Its settings files and its web root are beside it.
            WorkingDirectory = Path.GetDirectoryName(program),
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // Kept open and never written to: its end of file tells the process that the AppHost is gone (WsCluster:ExitWithParent).
            RedirectStandardInput = true,
        };
        SetVariables(info.Environment, plan.Variables, terminal.Colors);

        var process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, received) => Forward(received.Data, isError: false);
        process.ErrorDataReceived += (_, received) => Forward(received.Data, isError: true);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process);

        void Forward(string? line, bool isError)
        {
            if (line is not null)
            {
                terminal.WriteFrom(plan.Name, line, isError);
            }
        }
    }

    /// <summary>Asks the process to stop in order.</summary>
    public void RequestStop()
    {
        if (_process.HasExited)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            // There is no SIGTERM; the process takes the end of its standard input for one.
            _process.StandardInput.Close();
        }
        else
        {
            UnixSignal.SendTerminate(Id);
        }
    }

    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    public void Dispose() => _process.Dispose();

    private static void SetVariables(IDictionary<string, string?> environment, IReadOnlyDictionary<string, string> variables, bool colors)
    {
        // The plan has all of these already; one that is spelt differently, or a list's single item, must not come on top.
        foreach (var name in environment.Keys.Where(key => key.StartsWith(ClusterVariables.Prefix, StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        // With several processes on one terminal an entry has to be one line.
        environment.TryAdd("Logging__Console__FormatterName", "simple");
        environment.TryAdd("Logging__Console__FormatterOptions__SingleLine", "true");
        environment.TryAdd("Logging__Console__FormatterOptions__TimestampFormat", "HH:mm:ss.fff ");
        if (colors)
        {
            environment.TryAdd("DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "1");
        }
    }

    private async Task<ExitStatus> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return new ExitStatus(_process.ExitCode);
    }
}
