using System.Diagnostics;
using HdrHistogram;

namespace WsCluster.LoadTest.Measuring;

/// <summary>Latencies from a microsecond to a minute, to three digits. Recording allocates nothing.</summary>
internal sealed class LatencyHistogram
{
    private static readonly long TicksPerMicrosecond = Stopwatch.Frequency / 1_000_000;
    private static readonly long Highest = (long)TimeSpan.FromMinutes(1).TotalMicroseconds;

    private readonly LongHistogram _histogram = new(Highest, numberOfSignificantValueDigits: 3);

    /// <summary>Number of latencies.</summary>
    public long Count => _histogram.TotalCount;

    /// <summary>Adds one.</summary>
    /// <param name="ticks">Stopwatch ticks.</param>
    public void Record(long ticks) => _histogram.RecordValue(Math.Clamp(ticks / TicksPerMicrosecond, 1, Highest));

    /// <summary>The latency that a share of all does not exceed, milliseconds.</summary>
    /// <param name="percentile">0 to 100.</param>
    public double At(double percentile) => _histogram.GetValueAtPercentile(percentile) / 1000.0;

    /// <summary>p50, p99, p99.9 and the highest, as figures.</summary>
    public IEnumerable<Figure> Figures() =>
    [
        new Figure(Metric.LatencyP50, At(50)),
        new Figure(Metric.LatencyP99, At(99)),
        new Figure(Metric.LatencyP999, At(99.9)),
        new Figure(Metric.LatencyMax, At(100)),
    ];
}
