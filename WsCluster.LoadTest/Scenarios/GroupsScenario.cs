using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>Many small groups, as fast as it goes.</summary>
internal sealed class GroupsScenario : IScenario
{
    public string Name => "groups";

    public string Summary => "Many small groups over all nodes; each has a window of messages in flight.";

    public IReadOnlyDictionary<Parameter, int> Defaults { get; } = new Dictionary<Parameter, int>
    {
        [Parameter.Groups] = 200,
        [Parameter.Members] = 10,
        [Parameter.Senders] = 3,
        [Parameter.Size] = 128,
        [Parameter.Window] = 2,
    };

    public Metric Headline => Metric.Deliveries;

    public ScenarioOutcome Run(ScenarioRun run)
    {
        var traffic = new MessageTraffic(run.Loop, run.Peer);
        SmallGroups.Add(run, traffic, run[Parameter.Senders]);
        return ClosedLoopRun.Run(run, traffic, run[Parameter.Window]);
    }
}
