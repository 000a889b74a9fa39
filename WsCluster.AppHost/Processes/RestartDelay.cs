namespace WsCluster.AppHost.Processes;

/// <summary>How long to wait before a process is started again: 1 s, doubled at each early death, at most 30 s.</summary>
internal sealed class RestartDelay(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A process that lived so long died of something new.</summary>
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(60);

    private TimeSpan _next = First;
    private long _started = time.GetTimestamp();

    /// <summary>The process was started.</summary>
    public void Started() => _started = time.GetTimestamp();

    /// <summary>The process died: the wait before its next start.</summary>
    public TimeSpan Next()
    {
        if (time.GetElapsedTime(_started) >= Healthy)
        {
            _next = First;
        }

        var delay = _next;
        _next = TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, Longest.Ticks));
        return delay;
    }
}
