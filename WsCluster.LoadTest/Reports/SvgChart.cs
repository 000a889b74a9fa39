using System.Globalization;
using System.Security;
using System.Text;
using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.Reports;

/// <summary>The headline figure of each scenario as bars, one for each peer.</summary>
internal static class SvgChart
{
    private const int Width = 720;
    private const int LabelWidth = 140;
    private const int BarSpace = 440;
    private const int RowHeight = 22;

    public static string ToSvg(this Report report)
    {
        var rows = new StringBuilder();
        var y = 0;
        foreach (var scenario in Summary.Of(report).GroupBy(summary => summary.Scenario))
        {
            var metric = ScenarioCatalog.Find(scenario.Key)!.Headline;
            y += RowHeight + 8;
            rows.AppendLine(CultureInfo.InvariantCulture, $"""<text x="8" y="{y}" font-weight="bold">{Title(scenario.Key, metric)}</text>""");
            var highest = scenario.Max(peer => peer.Median(metric)) ?? 0;
            foreach (var (peer, value) in scenario.Select(peer => (peer.Peer, peer.Median(metric))))
            {
                y += RowHeight;
                Append(rows, y, peer, value, highest);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{y + 16}" font-family="sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="#ffffff"/>
            {rows}</svg>

            """);
    }

    private static string Title(string scenario, Metric metric) =>
        SecurityElement.Escape($"{scenario}: {metric.Title}, {metric.Unit} ({(metric.HigherIsBetter ? "more" : "less")} is better)");

    private static void Append(StringBuilder rows, int y, string peer, double? value, double highest)
    {
        var width = value is null || highest <= 0 ? 0 : (int)Math.Max(1, value.Value / highest * BarSpace);
        var text = value is null ? "not measured" : MarkdownReport.Format(value.Value);
        rows.AppendLine(CultureInfo.InvariantCulture, $"""
            <text x="8" y="{y}">{SecurityElement.Escape(peer)}</text>
            <rect x="{LabelWidth}" y="{y - 13}" width="{width}" height="16" fill="#3b76c4"/>
            <text x="{LabelWidth + width + 6}" y="{y}">{text}</text>
            """);
    }
}
