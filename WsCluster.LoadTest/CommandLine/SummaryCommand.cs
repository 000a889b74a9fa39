using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using WsCluster.LoadTest.Peers;
using WsCluster.LoadTest.Reports;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>
/// Puts what saved comparisons found into one table of a document. It measures nothing, so scenarios can be measured again one by one, and
/// the table be made of the newest reports.
/// </summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        var from = new Option<IReadOnlyList<Report>>("--from")
        {
            Description = "report.json of a comparison; several times for several, of which the last one that has a scenario counts",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => [.. result.Tokens.Select(token => Read(token.Value, result)).OfType<Report>()],
        };
        var into = new Option<string>("--into")
        {
            Description = "Markdown file with the lines <!-- compare:begin --> and <!-- compare:end -->; the table goes between them",
            Required = true,
        };
        into.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && MarkedSection.Problem(token.Value) is { } problem)
            {
                result.AddError($"--into is '{token.Value}'; {problem}.");
            }
        });
        var command = new Command("summary", "Makes one short table of saved comparisons, and puts it into a Markdown file.") { from, into };
        command.SetAction(result => MarkedSection.Replace(result.GetValue(into)!, result.GetValue(from)!.ToShortTable()));
        return command;
    }

    private static Report? Read(string path, ArgumentResult result)
    {
        try
        {
            var report = JsonReport.Parse(File.ReadAllText(path));
            var problem = report.Results.Count == 0 ? "it has no runs" : report.Results.Select(Problem).FirstOrDefault(reason => reason is not null);
            if (problem is null)
            {
                return report;
            }

            result.AddError($"--from is '{path}'; {problem}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            result.AddError($"--from is '{path}'; it takes a report.json of this version's compare: {exception.Message}");
        }

        return null;
    }

    /// <summary>Reports of <c>scale</c> look like this one's, but have values of a parameter for peers.</summary>
    private static string? Problem(ScenarioResult run) => ScenarioCatalog.Find(run.Scenario) is null
        ? $"there is no scenario '{run.Scenario}'"
        : PeerCatalog.Find(run.Peer) is null ? $"there is no peer '{run.Peer}': it takes a report of compare" : null;
}
