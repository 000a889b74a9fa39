using System.Diagnostics;

namespace WsCluster.Tests.Kit;

/// <summary>A process that belongs to a test: its output is kept, it can be signalled, and it ends with the test.</summary>
public abstract class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private bool _paused;

    /// <summary>Starts the process.</summary>
    protected ChildProcess(string name, ProcessStartInfo start)
    {
        Name = name;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Log.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Log.Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Name in the logs of a failed test.</summary>
    public string Name { get; }

    /// <summary>What the process wrote.</summary>
    public ProcessLog Log { get; } = new();

    /// <summary>Id of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Resident memory, bytes.</summary>
    public long MemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Standard input. Nodes and proxies watch it for the end of their parent, so it stays open.</summary>
    protected StreamWriter Input => _process.StandardInput;

    /// <summary>SIGKILL, as a crash or the kernel's out-of-memory killer would: no goodbye to anybody.</summary>
    public async Task KillAsync()
    {
        Signal(PosixSignal.Kill);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM, without waiting for what comes of it.</summary>
    public void Terminate() => Signal(PosixSignal.Terminate);

    /// <summary>SIGINT, what Ctrl-C sends.</summary>
    public void Interrupt() => Signal(PosixSignal.Interrupt);

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync()
    {
        Terminate();
        return WaitForExitAsync();
    }

    /// <summary>Waits for the end of the process.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> WaitForExitAsync() => WaitForExitAsync(StopDeadline);

    /// <inheritdoc cref="WaitForExitAsync()"/>
    public async Task<int> WaitForExitAsync(TimeSpan deadline)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).Within($"{Name} exits", deadline);
        return _process.ExitCode;
    }

    /// <summary>SIGSTOP: the process stands still, its sockets stay open.</summary>
    public void Pause()
    {
        Signal(PosixSignal.Stop);
        _paused = true;
    }

    /// <summary>SIGCONT.</summary>
    public void Resume()
    {
        Signal(PosixSignal.Continue);
        _paused = false;
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            if (_paused)
            {
                Resume();
            }

            // SIGTERM first: a node that can't stop cleanly should be noticed here, in every test.
            PosixSignal.Send(_process.Id, PosixSignal.Terminate);
            using var deadline = new CancellationTokenSource(StopDeadline);
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Log.Add($"(kit) {Name} did not stop within {StopDeadline.TotalSeconds} s of SIGTERM and was killed.");
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Signal(int signal)
    {
        // The id of a process that has ended may be somebody else's already.
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"{Name} has exited with code {_process.ExitCode}.");
        }

        PosixSignal.Send(_process.Id, signal);
    }
}
