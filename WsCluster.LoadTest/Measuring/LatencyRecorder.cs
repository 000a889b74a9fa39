using System.Diagnostics;

namespace WsCluster.LoadTest.Measuring;

/// <summary>
/// Records the latencies of what began while a measurement ran. What ends after it counts, too: leaving it out would leave out the
/// slowest.
/// </summary>
internal sealed class LatencyRecorder
{
    private readonly LatencyHistogram _histogram = new();
    private long _from = long.MaxValue;
    private long _until = long.MaxValue;

    /// <summary>The measurement begins.</summary>
    public void Start() => _from = Stopwatch.GetTimestamp();

    /// <summary>The measurement ends.</summary>
    public void Stop() => _until = Stopwatch.GetTimestamp();

    /// <summary>Something has ended.</summary>
    /// <param name="began">When it began, Stopwatch ticks.</param>
    /// <param name="ended">When it ended.</param>
    public void Record(long began, long ended)
    {
        if (began >= _from && began < _until)
        {
            _histogram.Record(ended - began);
        }
    }

    /// <summary>p50, p99, p99.9 and the highest; nothing if nothing was recorded.</summary>
    public IEnumerable<Figure> Figures() => _histogram.Count == 0 ? [] : _histogram.Figures();

    /// <summary>The median and p99 as figures of other names; nothing if nothing was recorded.</summary>
    public IEnumerable<Figure> Figures(Metric median, Metric p99) =>
        _histogram.Count == 0 ? [] : [new Figure(median, _histogram.At(50)), new Figure(p99, _histogram.At(99))];
}
