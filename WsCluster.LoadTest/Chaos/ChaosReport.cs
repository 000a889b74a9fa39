using System.Globalization;
using System.Text;
using System.Text.Json;
using WsCluster.LoadTest.Chaos.Rounds;
using WsCluster.LoadTest.Reports;

namespace WsCluster.LoadTest.Chaos;

/// <summary>What a run of the fault suite came to.</summary>
/// <param name="Origin">What it was made by.</param>
/// <param name="Description">The cluster.</param>
/// <param name="Seed">Gives the same faults and senders again.</param>
/// <param name="Rounds">One for each fault, in order.</param>
/// <param name="Skipped">Faults that could not be done, and why.</param>
internal sealed record ChaosReport(
    ReportOrigin Origin, string Description, int Seed, IReadOnlyList<RoundResult> Rounds, IReadOnlyList<string> Skipped)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Whether nothing was wrong in any round.</summary>
    public bool IsClean => Rounds.All(round => round.IsClean);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## chaos").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Description}; seed {Seed}").AppendLine();
        text.AppendLine("| fault | s | acked | deliveries | recoveries | sessions ended | silence p50/p99/max, s | of anybody, s | new traffic after, s | integrity |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|---|");
        foreach (var round in Rounds)
        {
            text.AppendLine(Row(round));
        }

        text.AppendLine();
        foreach (var skipped in Skipped)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Skipped: {skipped}.");
        }

        return text.ToString();
    }

    /// <summary>Writes report.md and report.json into a folder; nothing without one.</summary>
    public async Task WriteAsync(DirectoryInfo? folder)
    {
        if (folder is null)
        {
            return;
        }

        folder.Create();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "report.md"), ToMarkdown());
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "report.json"), ToJson());
    }

    private static string Row(RoundResult round) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {round.Fault} | {round.Seconds:0.0} | {round.Acked:N0} | {round.Deliveries:N0} | {round.Recoveries:N0} | {round.SessionsEnded:N0} "
        + $"| {round.SilenceP50:0.0}/{round.SilenceP99:0.0}/{round.SilenceMax:0.0} | {round.AnySilenceMax:0.0} "
        + $"| {(round.FreshAfter is { } fresh ? fresh.ToString("0.0", CultureInfo.InvariantCulture) : "never")} "
        + $"| {round.Integrity}{(round.Trouble is null ? "" : "; trouble")} |");
}
