using System.Globalization;
using System.Text;
using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Peers;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.Reports;

/// <summary>Several comparisons in one table: a row for each scenario and figure that people look at first, a column for each peer.</summary>
internal static class ShortTable
{
    /// <summary>What is shown besides a scenario's headline.</summary>
    private static readonly Metric[] Shown =
    [
        Metric.CpuPerDelivery, Metric.CpuPerRoundTrip, Metric.CpuPerConnect, Metric.RequestsPerCore, Metric.LatencyP99,
    ];

    /// <summary>The table, as Markdown.</summary>
    /// <param name="reports">
    /// Of <c>compare</c>. The last one that has a scenario says all about it: ratios are worth something within one run only.
    /// </param>
    public static string ToShortTable(this IReadOnlyList<Report> reports)
    {
        var scenarios = ScenarioCatalog.All
            .Select(scenario => (Scenario: scenario, Report: reports.LastOrDefault(report => report.Results.Any(result => result.Scenario == scenario.Name))!))
            .Where(entry => entry.Report is not null)
            .Select(entry => (entry.Scenario, entry.Report, Peers: Summary.Of(entry.Report).Where(peer => peer.Scenario == entry.Scenario.Name).ToArray()))
            .ToArray();
        var columns = PeerCatalog.Names.Where(name => scenarios.Any(entry => entry.Peers.Any(peer => peer.Peer == name))).ToArray();
        var text = new StringBuilder();
        text.AppendLine($"| | {string.Join(" | ", columns)} |");
        text.AppendLine($"|---|{string.Concat(columns.Select(_ => "--:|"))}");
        foreach (var (scenario, _, peers) in scenarios)
        {
            Append(text, scenario, peers, columns);
        }

        text.AppendLine().AppendLine($"Medians; in brackets {PeerCatalog.WsCluster.Name} to that peer.").AppendLine();
        foreach (var made in scenarios.GroupBy(entry => entry.Report))
        {
            text.AppendLine($"- {string.Join(", ", made.Select(entry => entry.Scenario.Name))}: {Origin(made.Key, [.. made.SelectMany(entry => entry.Peers)])}");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, IScenario scenario, Summary[] peers, string[] columns)
    {
        var own = peers.FirstOrDefault(peer => peer.Peer == PeerCatalog.WsCluster.Name);
        foreach (var metric in Shown.Prepend(scenario.Headline).Distinct().Where(metric => peers.Any(peer => peer.Median(metric) is not null)))
        {
            var cells = columns.Select(name => peers.FirstOrDefault(peer => peer.Peer == name) is { } peer ? MarkdownReport.Cell(own, peer, metric) : "");
            text.AppendLine($"| {scenario.Name}: {metric.Title}, {metric.Unit} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Origin(Report report, Summary[] peers)
    {
        // A comparison that was cut off has fewer rounds of what came last.
        var (least, most) = (peers.Min(peer => peer.Runs.Count), peers.Max(peer => peer.Runs.Count));
        var integrity = peers.Select(peer => peer.Integrity).Aggregate((sum, next) => sum.Plus(next));
        var runs = most == 1 ? "one run" : $"median of {(least == most ? "" : $"{least} to ")}{most} runs";
        var date = report.Origin.Date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
        return $"`{report.Origin.Arguments}`, {date}, {runs}; {integrity} in all runs";
    }
}
