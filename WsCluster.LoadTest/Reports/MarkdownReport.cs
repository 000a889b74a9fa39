using System.Globalization;
using System.Text;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.Reports;

/// <summary>The report as Markdown.</summary>
internal static class MarkdownReport
{
    public static string ToMarkdown(this Report report)
    {
        var text = new StringBuilder();
        foreach (var result in report.Results)
        {
            Append(text, result);
        }

        return text.ToString();
    }

    /// <summary>Three digits that count; thousands separated.</summary>
    public static string Format(double value)
    {
        var decimals = Math.Abs(value) switch { >= 100 => "N0", >= 10 => "N1", >= 1 => "N2", _ => "N3" };
        return value.ToString(decimals, CultureInfo.InvariantCulture);
    }

    private static void Append(StringBuilder text, ScenarioResult result)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"## {result.Scenario}: {result.Description}");
        text.AppendLine();
        text.AppendLine(string.Join(", ", result.Parameters.Select(entry => $"{entry.Key} {entry.Value}")));
        text.AppendLine();
        text.AppendLine("| figure | value | unit |");
        text.AppendLine("|---|--:|---|");
        foreach (var figure in result.Outcome.Figures)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {figure.Metric.Title} | {Format(figure.Value)} | {figure.Metric.Unit} |");
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Deliveries: {result.Outcome.Integrity}.");
        text.AppendLine();
    }
}
