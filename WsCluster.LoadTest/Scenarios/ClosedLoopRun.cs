using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>What the scenarios with a window have in common.</summary>
internal static class ClosedLoopRun
{
    /// <summary>Opens all connections, keeps every publisher's window full, and measures.</summary>
    public static ScenarioOutcome Run(ScenarioRun run, MessageTraffic traffic, int window)
    {
        traffic.Open();
        var load = new ClosedLoop(traffic.Publishers, window);
        traffic.Observer = load;
        run.Loop.AfterRound = load.SendReady;
        var measurement = run.MeasureDeliveries(traffic);
        load.Stop();
        traffic.Drain();
        var integrity = traffic.Check();
        traffic.Close();
        return new ScenarioOutcome(
            [.. measurement.RateAndCost(Metric.Deliveries, Metric.CpuPerDelivery), .. traffic.Latency.Figures(), .. measurement.Resources()], integrity);
    }
}
