using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>One group at a fixed rate: how long does a message take?</summary>
internal sealed class RateScenario : IScenario
{
    public string Name => "rate";

    public string Summary => "One group at a fixed rate; latency counts from when a message was due, whenever it could be sent.";

    public IReadOnlyDictionary<Parameter, int> Defaults { get; } = new Dictionary<Parameter, int>
    {
        [Parameter.Receivers] = 500,
        [Parameter.Senders] = 3,
        [Parameter.Size] = 128,
        [Parameter.Rate] = 50,
    };

    public Metric Headline => Metric.LatencyP99;

    public ScenarioOutcome Run(ScenarioRun run)
    {
        var traffic = new MessageTraffic(run.Loop, run.Peer);
        var group = SharedGroup.Add(run, traffic, Name);
        var load = new OpenLoop(run.Loop, group.Publishers, run[Parameter.Rate]);
        var (measurement, integrity) = run.MeasureDeliveries(traffic, load.Start, load.Stop);
        return new ScenarioOutcome(
            [
                .. traffic.Latency.Figures(),
                .. measurement.RateAndCost(Metric.Deliveries, Metric.CpuPerDelivery),
                .. measurement.BytesEach(Metric.BytesPerDelivery),
                .. measurement.Resources(),
            ],
            integrity);
    }
}
