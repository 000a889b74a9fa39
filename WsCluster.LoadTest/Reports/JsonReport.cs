using System.Text.Json;

namespace WsCluster.LoadTest.Reports;

/// <summary>The report as JSON: every run, with every figure by its id.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string ToJson(this Report report) => JsonSerializer.Serialize(
        new
        {
            report.Absent,
            Runs = report.Results.Select(result => new
            {
                result.Scenario,
                result.Peer,
                result.Description,
                result.Parameters,
                Figures = result.Outcome.Figures.ToDictionary(figure => figure.Metric.Id, figure => figure.Value),
                result.Outcome.Integrity,
            }),
        },
        Options);
}
