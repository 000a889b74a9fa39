using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.Reports;

/// <summary>The runs of one scenario against one peer, together.</summary>
/// <param name="Scenario">Name of the scenario.</param>
/// <param name="Peer">Name of the peer.</param>
/// <param name="Runs">Its runs.</param>
internal sealed record Summary(string Scenario, string Peer, IReadOnlyList<ScenarioResult> Runs)
{
    /// <summary>What was measured, most telling first.</summary>
    public IEnumerable<Metric> Metrics => Runs[0].Outcome.Figures.Select(figure => figure.Metric);

    /// <summary>What was wrong in all runs together.</summary>
    public Integrity Integrity => Runs.Select(run => run.Outcome.Integrity).Aggregate((sum, next) => sum.Plus(next));

    /// <summary>The median over the runs; null if it was not measured.</summary>
    public double? Median(Metric metric)
    {
        var values = Runs.Select(run => run.Value(metric)).OfType<double>().Order().ToArray();
        return values.Length == 0 ? null : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    /// <summary>The summaries of a report: by scenario, then by peer, in the order in which they were first run.</summary>
    public static IReadOnlyList<Summary> Of(Report report) =>
    [
        .. report.Results.GroupBy(result => result.Scenario)
            .SelectMany(scenario => scenario.GroupBy(result => result.Peer).Select(runs => new Summary(scenario.Key, runs.Key, [.. runs]))),
    ];
}
