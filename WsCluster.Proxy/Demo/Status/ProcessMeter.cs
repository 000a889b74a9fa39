namespace WsCluster.Proxy.Demo.Status;

/// <summary>What this process uses.</summary>
internal sealed class ProcessMeter(TimeProvider time)
{
    private long _timestamp = time.GetTimestamp();
    private TimeSpan _cpu = Environment.CpuUsage.TotalTime;

    /// <summary>Start of the process, near enough.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>CPU used between the last two measurements, percent of one core.</summary>
    public double CpuPercent { get; private set; }

    /// <summary>Resident memory at the last measurement, bytes.</summary>
    public long MemoryBytes { get; private set; } = Environment.WorkingSet;

    public void Measure()
    {
        var (timestamp, cpu) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var elapsed = time.GetElapsedTime(_timestamp, timestamp);
        CpuPercent = elapsed > TimeSpan.Zero ? Math.Round(100 * (cpu - _cpu) / elapsed, 1) : 0;
        MemoryBytes = Environment.WorkingSet;
        (_timestamp, _cpu) = (timestamp, cpu);
    }
}
