using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>Pairs of clients that answer each other.</summary>
internal sealed class PingPongScenario : IScenario
{
    public string Name => "pingpong";

    public string Summary => "Pairs of clients on different nodes; each has one message under way, and is sent the next when it has answered.";

    public IReadOnlyDictionary<Parameter, int> Defaults { get; } = new Dictionary<Parameter, int>
    {
        [Parameter.Pairs] = 50,
        [Parameter.Size] = 128,
    };

    public Metric Headline => Metric.RoundTrips;

    public ScenarioOutcome Run(ScenarioRun run)
    {
        var traffic = new MessageTraffic(run.Loop, run.Peer);
        var load = new PingPong(traffic);
        for (var i = 0; i < run[Parameter.Pairs]; i++)
        {
            Group caller = new($"caller-{i}"), answerer = new($"answerer-{i}");
            var callers = traffic.AddSubscriber(caller, i);
            var answerers = traffic.AddSubscriber(answerer, i + 1);
            traffic.AddPublisher(answerer, Outgoing(callers, i, answerer), run[Parameter.Size]);
            traffic.AddPublisher(caller, Outgoing(answerers, i + 1, caller), run[Parameter.Size]);
        }

        traffic.Open();
        traffic.Observer = load;
        load.Start();
        run.WarmUp(() => load.RoundTrips, "round trips/s");
        load.Latency.Start();
        var measurement = run.Measure(() => load.RoundTrips, "round trips/s");
        load.Latency.Stop();
        load.Stop();
        traffic.Drain();
        var integrity = traffic.Check();
        traffic.Close();
        return new ScenarioOutcome(
            [
                .. measurement.RateAndCost(Metric.RoundTrips, Metric.CpuPerRoundTrip), .. load.Latency.Figures(), .. measurement.Resources(),
            ],
            integrity);

        // A client sends on the connection that it receives on, unless the peer's protocol needs one for each group.
        ClientConnection Outgoing(Subscriber client, int node, Group group) =>
            run.Peer.Protocol.OneGroupPerConnection ? traffic.AddPublishingConnection(node, group.Name) : client;
    }
}
