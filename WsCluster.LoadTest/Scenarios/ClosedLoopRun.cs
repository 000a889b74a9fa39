using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>What the scenarios with a window have in common.</summary>
internal static class ClosedLoopRun
{
    /// <summary>Opens all connections, keeps every publisher's window full, and measures.</summary>
    public static ScenarioOutcome Run(ScenarioRun run, MessageTraffic traffic, int window)
    {
        var load = new ClosedLoop(traffic.Publishers, window);
        traffic.Observer = load;
        var (measurement, integrity) = run.MeasureDeliveries(traffic, () => run.Loop.AfterRound = load.SendReady, load.Stop);
        return new ScenarioOutcome(
            [
                .. measurement.RateAndCost(Metric.Deliveries, Metric.CpuPerDelivery),
                .. traffic.Latency.Figures(),
                .. measurement.BytesEach(Metric.BytesPerDelivery),
                .. measurement.Resources(),
            ],
            integrity);
    }
}
