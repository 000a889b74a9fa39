using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.Reports;

/// <summary>A run as it is written to and read from JSON.</summary>
/// <param name="Scenario">Name of the scenario.</param>
/// <param name="Peer">Name of the peer.</param>
/// <param name="Description">What ran there.</param>
/// <param name="Parameters">The load, by parameter.</param>
/// <param name="Figures">What was measured, by the ids of the metrics.</param>
/// <param name="Integrity">What was wrong with the deliveries.</param>
internal sealed record SavedRun(
    string Scenario,
    string Peer,
    string Description,
    IReadOnlyDictionary<string, int> Parameters,
    IReadOnlyDictionary<string, double> Figures,
    Integrity Integrity)
{
    public static SavedRun Of(ScenarioResult result) => new(
        result.Scenario,
        result.Peer,
        result.Description,
        result.Parameters,
        result.Outcome.Figures.ToDictionary(figure => figure.Metric.Id, figure => figure.Value),
        result.Outcome.Integrity);

    /// <summary>The result, without figures that this version of the tool does not know.</summary>
    public ScenarioResult ToResult()
    {
        var figures = Figures.Select(entry => (Metric: Metric.Find(entry.Key), entry.Value)).Where(figure => figure.Metric is not null);
        return new ScenarioResult(
            Scenario, Peer, Description, Parameters, new ScenarioOutcome([.. figures.Select(figure => new Figure(figure.Metric!, figure.Value))], Integrity));
    }
}
