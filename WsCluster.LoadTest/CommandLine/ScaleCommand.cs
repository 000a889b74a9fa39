using System.CommandLine;
using System.Globalization;
using WsCluster.LoadTest.Peers;
using WsCluster.LoadTest.Reports;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Runs one scenario with one parameter at several values: what grows with it, and what doesn't?</summary>
internal static class ScaleCommand
{
    private const string Nodes = "nodes";

    public static Command Create()
    {
        var command = new Command("scale", "Runs a scenario with several values of one parameter: medians, a column for each value.");
        var scenario = new Option<string>("--scenario") { Description = $"one of {string.Join(",", ScenarioCatalog.All.Select(each => each.Name))} [fanout]" };
        scenario.DefaultValueFactory = _ => ScenarioCatalog.All[0].Name;
        scenario.AcceptOnlyFromAmong([.. ScenarioCatalog.All.Select(each => each.Name)]);
        var vary = new Option<string>("--vary") { Description = $"what varies, and its values: receivers=10,100,1000; {Nodes}=1,2,3", Required = true };
        vary.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Parse(token.Value) is null)
            {
                result.AddError(
                    $"--vary is '{token.Value}'; it takes a name, '=' and whole numbers with ',' between them. Names: "
                    + $"{string.Join(", ", Parameter.All.Select(parameter => parameter.Name))}, {Nodes}.");
            }
        });
        command.Validators.Add(result =>
        {
            var chosen = ScenarioCatalog.Find(result.GetValue(scenario) ?? ScenarioCatalog.All[0].Name); // A validator sees no defaults.
            if (result.GetValue(vary) is { } text && Parse(text) is var (name, _) && name != Nodes && chosen?.Defaults.Keys.Any(key => key.Name == name) is false)
            {
                result.AddError(
                    $"--vary is '{text}'; {chosen.Name} has no {name}: it takes {string.Join(", ", chosen.Defaults.Keys.Select(key => key.Name))}, {Nodes}.");
            }
        });
        var runs = NumberOption.Create<int>("--runs", "rounds; the report has the medians [3]", 1, 100);
        runs.DefaultValueFactory = _ => 3;
        foreach (var option in new Option[] { scenario, vary, runs })
        {
            command.Options.Add(option);
        }

        var parameters = new ParameterOptions(command, ScenarioCatalog.All);
        var common = new CommonOptions(command);
        command.SetAction((result, stop) => ToolRun.ExecuteAsync(async line =>
        {
            if (PeerCatalog.WsCluster.Missing() is { } missing)
            {
                throw new PeerFailedException(missing);
            }

            var (name, values) = Parse(result.GetValue(vary)!)!.Value;
            var varied = Parameter.All.FirstOrDefault(parameter => parameter.Name == name);
            var results = new List<ScenarioResult>();
            var report = new Report(common.Origin(result), results, Absent: []);
            for (var round = 0; round < result.GetValue(runs); round++)
            {
                foreach (var value in values)
                {
                    var given = parameters.Read(result).ToDictionary();
                    var options = common.Peer(result);
                    if (varied is not null)
                    {
                        given[varied] = value;
                    }
                    else
                    {
                        options = options with { Nodes = value };
                    }

                    var runner = new ScenarioRunner(common.Times(result), given, line);
                    var (outcome, _) = await runner.RunAsync(
                        ScenarioCatalog.Find(result.GetValue(scenario)!)!,
                        $"{name} {value.ToString("N0", CultureInfo.InvariantCulture)}",
                        () => PeerCatalog.WsCluster.Create(options),
                        stop);
                    results.Add(outcome!);
                    await ReportFolder.WriteAsync(common.Out(result), report);
                }
            }

            return ToolRun.Finish(line, report);
        }));
        return command;
    }

    private static (string Name, int[] Values)? Parse(string text)
    {
        if (text.Split('=') is not [var name, var list])
        {
            return null;
        }

        var (min, max) = name == Nodes
            ? (1, PeerOptions.MaxNodes)
            : Parameter.All.FirstOrDefault(parameter => parameter.Name == name) is { } known ? (known.Min, known.Max) : (1, 0);
        var values = list.Split(',').Select(item => int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1).ToArray();
        return values.All(value => value >= min && value <= max) ? (name, values) : null;
    }
}
