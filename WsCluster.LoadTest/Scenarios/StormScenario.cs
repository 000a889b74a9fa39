using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>Everybody comes at once.</summary>
internal sealed class StormScenario : IScenario
{
    /// <summary>The first share of the connections is the warm-up.</summary>
    private const int WarmUpShare = 10;

    public string Name => "storm";

    public string Summary => "Connections that come as fast as they are taken and join a group; the first tenth is warm-up.";

    public IReadOnlyDictionary<Parameter, int> Defaults { get; } = new Dictionary<Parameter, int>
    {
        [Parameter.Connections] = 5_000,
        [Parameter.Concurrency] = 64,
    };

    public Metric Headline => Metric.Connects;

    public ScenarioOutcome Run(ScenarioRun run)
    {
        var traffic = new MessageTraffic(run.Loop, run.Peer);
        var count = run[Parameter.Connections];
        var warmUp = count / WarmUpShare;
        for (var i = 0; i < count; i++)
        {
            traffic.AddSubscriber(new Group($"storm-{i % 100}", lanes: 0), i);
        }

        var (before, bytesBefore) = (run.Meter.ReadCpu(), run.Loop.BytesReceived);
        traffic.OpenAtOnce(run[Parameter.Concurrency], open =>
        {
            if (open == warmUp)
            {
                (before, bytesBefore) = (run.Meter.ReadCpu(), run.Loop.BytesReceived);
            }
        });
        var measurement = new Measurement(count - warmUp, run.Loop.BytesReceived - bytesBefore, run.Meter.ReadCpu().Since(before), run.Meter);
        var integrity = traffic.Check();
        traffic.Close();
        return new ScenarioOutcome(
            [.. measurement.RateAndCost(Metric.Connects, Metric.CpuPerConnect), .. measurement.Resources()], integrity);
    }
}
