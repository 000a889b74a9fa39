namespace WsCluster.Tests.Kit;

/// <summary>Follows a process's resident memory, so that a short peak is seen, too.</summary>
public sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <summary>Starts to watch.</summary>
    public MemoryWatch(ChildProcess process)
    {
        Before = Peak = process.MemoryBytes;
        _watching = WatchAsync(process);
    }

    /// <summary>Bytes at the start.</summary>
    public long Before { get; }

    /// <summary>Most bytes seen.</summary>
    public long Peak { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(ChildProcess process)
    {
        while (!_stop.IsCancellationRequested && !process.HasExited)
        {
            Peak = Math.Max(Peak, process.MemoryBytes);
            await Task.Delay(Interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
