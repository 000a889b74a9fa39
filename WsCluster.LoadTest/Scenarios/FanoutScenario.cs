using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>One group, as fast as it goes.</summary>
internal sealed class FanoutScenario : IScenario
{
    public string Name => "fanout";

    public string Summary => "One group; each sender keeps a window of messages in flight.";

    public IReadOnlyDictionary<Parameter, int> Defaults { get; } = new Dictionary<Parameter, int>
    {
        [Parameter.Receivers] = 600,
        [Parameter.Senders] = 3,
        [Parameter.Size] = 128,
        [Parameter.Window] = 32,
    };

    public Metric Headline => Metric.Deliveries;

    public ScenarioOutcome Run(ScenarioRun run)
    {
        var traffic = new MessageTraffic(run.Loop, run.Peer);
        SharedGroup.Add(run, traffic, "fanout");
        return ClosedLoopRun.Run(run, traffic, run[Parameter.Window]);
    }
}
