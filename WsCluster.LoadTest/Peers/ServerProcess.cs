using System.Diagnostics;
using System.Net.Sockets;

namespace WsCluster.LoadTest.Peers;

/// <summary>
/// A process that the tool has started. It is stopped with the tool, however that ends: a shell watches a pipe from the tool and
/// kills the process when it breaks. It leads a session of its own, so Ctrl-C reaches only the tool, and its children die with it.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int KeptLines = 30;
    private const int Kill = 9;
    private const int Terminate = 15;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly Process _watch;
    private readonly Queue<string> _lastLines = new();
    private readonly Action<string>? _onLine;

    private ServerProcess(string name, ProcessRole role, ProcessStartInfo start, Action<string>? onLine)
    {
        Name = name;
        Role = role;
        _onLine = onLine;
        start.ArgumentList.Insert(0, start.FileName);
        start.FileName = "setsid";
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Id = _process.Id;
        _watch = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"read line || kill -9 -{Id}"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
    }

    public string Name { get; }

    public ProcessRole Role { get; }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote last.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join('\n', _lastLines);
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="role">What it is for.</param>
    /// <param name="start">The program.</param>
    /// <param name="onLine">Told every line that it writes.</param>
    public static ServerProcess Start(string name, ProcessRole role, ProcessStartInfo start, Action<string>? onLine = null) =>
        new(name, role, start, onLine);

    /// <summary>Sends it a line; nothing happens if it has ended.</summary>
    public void WriteLine(string line)
    {
        try
        {
            lock (_process)
            {
                _process.StandardInput.WriteLine(line);
                _process.StandardInput.Flush();
            }
        }
        catch (IOException)
        {
            // What it was meant for is gone.
        }
    }

    /// <summary>Sends it a signal, by its number on Linux.</summary>
    public void Send(int signal) => _ = Signal.Send(Id, signal);

    /// <summary>SIGKILL; its memory and sockets are gone when this returns.</summary>
    public Task KillAsync(CancellationToken cancellationToken)
    {
        Send(Kill);
        return _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM, and waits until it has ended by itself.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="PeerFailedException">It did not end in time.</exception>
    public async Task<int> TerminateAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Send(Terminate);
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new PeerFailedException($"{Name} did not end within {limit.TotalSeconds:0} s of SIGTERM. It wrote:\n{LastLines}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until it does what it is for.</summary>
    /// <param name="ready">Asked again and again; an exception means no.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PeerFailedException">It ended, or did not get there in time.</exception>
    public async Task WaitUntilAsync(Func<Task<bool>> ready, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (!await TryAsync(ready))
        {
            if (HasExited || watch.Elapsed > StartDeadline)
            {
                var what = HasExited ? $"ended with code {_process.ExitCode}" : $"was not ready within {StartDeadline.TotalSeconds:0} s";
                throw new PeerFailedException($"{Name} {what}. It wrote:\n{LastLines}");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>SIGTERM, and SIGKILL if that does not help.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Signal.Send(Id, Terminate);
            using var deadline = new CancellationTokenSource(StopDeadline);
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        // A line tells the shell that all is well: the id may belong to another process by now.
        try
        {
            await _watch.StandardInput.WriteLineAsync();
            await _watch.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // Whoever stopped the tool by its process group has stopped the shell, too.
        }

        await _watch.WaitForExitAsync(CancellationToken.None);
        _watch.Dispose();
        _process.Dispose();
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> ready)
    {
        try
        {
            return await ready();
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException or TaskCanceledException)
        {
            return false; // It does not listen yet.
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _onLine?.Invoke(line);
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }
    }
}
