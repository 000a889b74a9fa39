using WsCluster.LoadTest.Load.Http;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>Requests to the health endpoint.</summary>
internal sealed class HttpScenario : IScenario
{
    public string Name => "http";

    public string Summary => "GET of the health endpoint on keep-alive connections, one request under way on each.";

    public IReadOnlyDictionary<Parameter, int> Defaults { get; } = new Dictionary<Parameter, int> { [Parameter.Concurrency] = 64 };

    public Metric Headline => Metric.Requests;

    public string? Unsuitable(IPeer peer) => peer.HealthPath is null ? "it has no health endpoint" : null;

    public ScenarioOutcome Run(ScenarioRun run)
    {
        var endpoints = run.Peer.Endpoints;
        var connections = Enumerable.Range(0, run[Parameter.Concurrency])
            .Select(i => new HttpConnection(run.Loop, endpoints[i % endpoints.Count], run.Peer.HealthPath!))
            .ToArray();
        new ConnectionOpener(run.Loop).Open(connections);
        foreach (var connection in connections)
        {
            connection.Ask();
        }

        long Answers() => connections.Sum(connection => connection.Answers);
        run.WarmUp(Answers, "requests/s");
        var measurement = run.Measure(Answers, "requests/s");
        var failed = connections.Sum(connection => connection.Failures);
        var ended = connections.Count(connection => connection.IsClosed);
        foreach (var connection in connections)
        {
            connection.Dispose();
        }

        var figures = new List<Figure> { new(Metric.Requests, measurement.PerSecond) };
        if (measurement.HasServers && measurement.Use.Servers > 0)
        {
            figures.Add(new Figure(Metric.RequestsPerCore, measurement.Count / measurement.Use.Servers));
        }

        // An answer other than 200 is an answer that did not come.
        return new ScenarioOutcome([.. figures, .. measurement.Resources()], new Integrity(failed, 0, 0, 0, ended));
    }
}
