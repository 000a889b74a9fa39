using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>What a chat looks like: everything at once, and nothing as fast as it goes.</summary>
internal sealed class MixedScenario : IScenario
{
    public string Name => "mixed";

    public string Summary =>
        $"A large group and many small ones, each at a fixed rate, while clients come, join the large group and go after {Visits.Stay.TotalSeconds:0} s.";

    public IReadOnlyDictionary<Parameter, int> Defaults { get; } = new Dictionary<Parameter, int>
    {
        [Parameter.Receivers] = 300,
        [Parameter.Senders] = 3,
        [Parameter.Size] = 128,
        [Parameter.Rate] = 50,
        [Parameter.Groups] = 100,
        [Parameter.Members] = 5,
        [Parameter.GroupRate] = 500,
        [Parameter.ConnectRate] = 20,
    };

    public Metric Headline => Metric.LatencyP99;

    public ScenarioOutcome Run(ScenarioRun run)
    {
        var traffic = new MessageTraffic(run.Loop, run.Peer);
        var large = SharedGroup.Add(run, traffic, Name);
        var small = SmallGroups.Add(run, traffic, run[Parameter.Senders]);
        OpenLoop[] loads =
        [
            new(run.Loop, large.Publishers, run[Parameter.Rate]),
            new(run.Loop, small, run[Parameter.GroupRate]),
        ];
        var visits = new Visits(run.Loop, run.Peer, traffic, large, run[Parameter.ConnectRate]);
        var (measurement, integrity) = run.MeasureDeliveries(traffic, Start, Stop, () => visits.Deliveries, visits.JoinTime);
        return new ScenarioOutcome(
            [
                .. traffic.Latency.Figures(),
                .. visits.JoinTime.Figures(Metric.JoinP50, Metric.JoinP99),
                .. measurement.RateAndCost(Metric.Deliveries, Metric.CpuPerDelivery),
                .. measurement.BytesEach(Metric.BytesPerDelivery),
                .. measurement.Resources(),
            ],
            integrity.Plus(visits.Integrity));

        void Start()
        {
            visits.Start();
            Array.ForEach(loads, load => load.Start());
        }

        void Stop()
        {
            visits.Stop();
            Array.ForEach(loads, load => load.Stop());
        }
    }
}
