using System.Globalization;
using System.Text;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Reports;

/// <summary>The report as Markdown: a table for each scenario, a column for each peer.</summary>
internal static class MarkdownReport
{
    public static string ToMarkdown(this Report report)
    {
        var text = new StringBuilder();
        foreach (var scenario in Summary.Of(report).GroupBy(summary => summary.Scenario))
        {
            Append(text, [.. scenario]);
        }

        foreach (var absent in report.Absent)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Not measured: {absent}.").AppendLine();
        }

        return text.ToString();
    }

    /// <summary>Three digits that count; thousands separated.</summary>
    public static string Format(double value)
    {
        var decimals = Math.Abs(value) switch { >= 100 => "N0", >= 10 => "N1", >= 1 => "N2", _ => "N3" };
        return value.ToString(decimals, CultureInfo.InvariantCulture);
    }

    /// <summary>A peer's median; in brackets that of the first peer, if there is one and it is another, to it. Empty if it was not measured.</summary>
    public static string Cell(Summary? first, Summary peer, Metric metric)
    {
        if (peer.Median(metric) is not { } value)
        {
            return "";
        }

        return peer != first && value > 0 && first?.Median(metric) is { } own
            ? $"{Format(value)} ({Format(own / value)}x)"
            : Format(value);
    }

    private static void Append(StringBuilder text, IReadOnlyList<Summary> peers)
    {
        var first = peers[0];
        text.AppendLine(CultureInfo.InvariantCulture, $"## {first.Scenario}").AppendLine();
        var shared = first.Runs[0].Parameters.Where(entry => peers.All(peer => peer.Runs[0].Parameters[entry.Key] == entry.Value));
        text.Append(string.Join(", ", shared.Select(entry => $"{entry.Key} {entry.Value}")));
        text.AppendLine(CultureInfo.InvariantCulture, $"; median of {first.Runs.Count}; in brackets: {first.Peer} to that peer").AppendLine();
        text.AppendLine($"| | {string.Join(" | ", peers.Select(peer => peer.Peer))} |");
        text.AppendLine($"|---|{string.Concat(peers.Select(_ => "--:|"))}");

        // In the order of whoever has most: what only some have stands where it belongs, not at the end.
        foreach (var metric in peers.OrderByDescending(peer => peer.Metrics.Count()).SelectMany(peer => peer.Metrics).Distinct())
        {
            text.AppendLine($"| {metric.Title}, {metric.Unit} | {string.Join(" | ", peers.Select(peer => Cell(first, peer, metric)))} |");
        }

        text.AppendLine($"| integrity | {string.Join(" | ", peers.Select(peer => peer.Integrity))} |").AppendLine();
        foreach (var peer in peers)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {peer.Peer}: {peer.Runs[0].Description}");
        }

        text.AppendLine();
    }
}
