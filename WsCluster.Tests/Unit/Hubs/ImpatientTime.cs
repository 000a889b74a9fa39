namespace WsCluster.Tests.Unit.Hubs;

/// <summary>A clock whose timers ring at once: delays between attempts cost a test nothing.</summary>
/// <param name="jump">What the clock goes on by with each, whatever it was set to.</param>
internal sealed class ImpatientTime(TimeSpan jump) : TimeProvider
{
    private long _jumps;

    public override long GetTimestamp() => System.GetTimestamp() + (Volatile.Read(ref _jumps) * jump.Ticks * System.TimestampFrequency / TimeSpan.TicksPerSecond);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _jumps);
        return System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}
