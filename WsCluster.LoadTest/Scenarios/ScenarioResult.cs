using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>One run of one scenario against one peer.</summary>
/// <param name="Scenario">Name of the scenario.</param>
/// <param name="Peer">Name of the peer.</param>
/// <param name="Description">What ran there.</param>
/// <param name="Parameters">The load, by parameter.</param>
/// <param name="Outcome">What was measured.</param>
internal sealed record ScenarioResult(
    string Scenario, string Peer, string Description, IReadOnlyDictionary<string, int> Parameters, ScenarioOutcome Outcome)
{
    /// <summary>A figure's value; null if it was not measured.</summary>
    public double? Value(Metric metric) => Outcome.Figures.FirstOrDefault(figure => figure.Metric == metric)?.Value;
}
