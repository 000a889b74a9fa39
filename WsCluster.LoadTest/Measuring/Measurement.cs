namespace WsCluster.LoadTest.Measuring;

/// <summary>What was counted in a time, and what it cost.</summary>
internal sealed record Measurement
{
    private const double MiB = 1024 * 1024;

    private readonly List<Figure> _resources;

    /// <param name="count">What was counted.</param>
    /// <param name="use">CPU of that time.</param>
    /// <param name="meter">For the memory, which is read now.</param>
    public Measurement(long count, CpuUse use, ProcessMeter meter)
    {
        Count = count;
        Use = use;
        _resources = [new Figure(Metric.GeneratorCores, use.Generator / use.Seconds)];
        HasServers = meter.HasProcesses;
        if (HasServers)
        {
            _resources.InsertRange(0, [
                new Figure(Metric.ServerCores, use.Servers / use.Seconds),
                new Figure(Metric.ServerMemory, meter.NodeBytes / MiB),
            ]);
            _resources.Add(new Figure(Metric.OtherCores, use.OtherCores));
        }

        if (meter.HasRedis)
        {
            _resources.InsertRange(2, [
                new Figure(Metric.RedisCores, use.Redis / use.Seconds),
                new Figure(Metric.RedisMemory, meter.RedisBytes / MiB),
            ]);
        }
    }

    /// <summary>What was counted.</summary>
    public long Count { get; }

    /// <summary>CPU of that time.</summary>
    public CpuUse Use { get; }

    /// <summary>Whether the servers' processes could be read.</summary>
    public bool HasServers { get; }

    /// <summary>How often a second.</summary>
    public double PerSecond => Count / Use.Seconds;

    /// <summary>How often a second, then what each cost the servers, microseconds.</summary>
    public IEnumerable<Figure> RateAndCost(Metric rate, Metric cost)
    {
        yield return new Figure(rate, PerSecond);
        if (HasServers && Count > 0)
        {
            yield return new Figure(cost, Use.Servers * 1e6 / Count);
        }
    }

    /// <summary>CPU and memory: servers, Redis, this generator, and everything else on the machine.</summary>
    public IEnumerable<Figure> Resources() => _resources;
}
