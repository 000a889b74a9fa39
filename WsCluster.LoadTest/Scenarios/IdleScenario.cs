using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>Many connections that do nothing.</summary>
internal sealed class IdleScenario : IScenario
{
    private const double KiB = 1024;
    private const double MiB = 1024 * KiB;

    public string Name => "idle";

    public string Summary => "Connections that are in one group each and do nothing: the memory that each costs the nodes.";

    public IReadOnlyDictionary<Parameter, int> Defaults { get; } = new Dictionary<Parameter, int> { [Parameter.Connections] = 10_000 };

    public Metric Headline => Metric.MemoryPerConnection;

    public ScenarioOutcome Run(ScenarioRun run)
    {
        var traffic = new MessageTraffic(run.Loop, run.Peer);
        var count = run[Parameter.Connections];
        run.Loop.RunFor(run.Times.Settle);
        var before = run.Meter.NodeBytes;
        var redisBefore = run.Meter.RedisBytes;
        var proxyBefore = run.Meter.ProxyBytes;
        for (var i = 0; i < count; i++)
        {
            traffic.AddSubscriber(new Group($"idle-{i}", lanes: 0), i);
        }

        traffic.Open();
        run.Report($"{count:N0} connections are open; settling");
        run.Loop.RunFor(run.Times.Settle);
        var figures = new List<Figure>();
        if (run.Meter.HasProcesses)
        {
            figures.Add(new Figure(Metric.MemoryPerConnection, (run.Meter.NodeBytes - before) / KiB / count));
            figures.Add(new Figure(Metric.ServerMemory, run.Meter.NodeBytes / MiB));
        }

        if (run.Meter.HasRedis)
        {
            figures.Add(new Figure(Metric.RedisMemoryPerConnection, (run.Meter.RedisBytes - redisBefore) / KiB / count));
        }

        if (run.Meter.HasProxy)
        {
            figures.Add(new Figure(Metric.ProxyMemoryPerConnection, (run.Meter.ProxyBytes - proxyBefore) / KiB / count));
        }

        var integrity = traffic.Check();
        traffic.Close();
        return new ScenarioOutcome(figures, integrity);
    }
}
