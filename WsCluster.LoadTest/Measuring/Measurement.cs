namespace WsCluster.LoadTest.Measuring;

/// <summary>What was counted in a time, and what it cost.</summary>
internal sealed record Measurement
{
    private const double MiB = 1024 * 1024;

    private readonly List<Figure> _resources;

    /// <param name="count">What was counted.</param>
    /// <param name="bytes">What the generator received in that time.</param>
    /// <param name="use">CPU of that time.</param>
    /// <param name="meter">For the memory, which is read now.</param>
    public Measurement(long count, long bytes, CpuUse use, ProcessMeter meter)
    {
        Count = count;
        Bytes = bytes;
        Use = use;
        HasServers = meter.HasProcesses;
        _resources = [.. Servers(meter), new Figure(Metric.GeneratorCores, use.Generator / use.Seconds)];
        if (HasServers)
        {
            _resources.Add(new Figure(Metric.OtherCores, use.OtherCores));
        }
    }

    /// <summary>What was counted.</summary>
    public long Count { get; }

    /// <summary>What the generator received, bytes: all that servers sent it, without what TCP and IP add.</summary>
    public long Bytes { get; }

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

    /// <summary>What the generator received for each; nothing if nothing was counted.</summary>
    public IEnumerable<Figure> BytesEach(Metric metric) => Count > 0 ? [new Figure(metric, (double)Bytes / Count)] : [];

    /// <summary>CPU and memory: servers, Redis, proxy, this generator, and everything else on the machine.</summary>
    public IEnumerable<Figure> Resources() => _resources;

    private IEnumerable<Figure> Servers(ProcessMeter meter)
    {
        if (meter.HasProcesses)
        {
            yield return new Figure(Metric.ServerCores, Use.Servers / Use.Seconds);
            yield return new Figure(Metric.ServerMemory, meter.NodeBytes / MiB);
        }

        if (meter.HasRedis)
        {
            yield return new Figure(Metric.RedisCores, Use.Redis / Use.Seconds);
            yield return new Figure(Metric.RedisMemory, meter.RedisBytes / MiB);
        }

        if (meter.HasProxy)
        {
            yield return new Figure(Metric.ProxyCores, Use.Proxy / Use.Seconds);
            yield return new Figure(Metric.ProxyMemory, meter.ProxyBytes / MiB);
        }
    }
}
