using System.CommandLine;
using WsCluster.LoadTest.Peers;
using WsCluster.LoadTest.Reports;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Runs the same scenarios against several peers, in rounds, so that what changes on the machine changes for all of them.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var command = new Command("compare", "Runs scenarios against WsCluster and other servers in turn: medians, and ratios within the run.");
        var runs = NumberOption.Create<int>("--runs", "rounds; the report has the medians [5]", 1, 100);
        runs.DefaultValueFactory = _ => 5;
        var scenarios = NameList.Option("--scenarios", ScenarioCatalog.All.Select(scenario => scenario.Name));
        var peers = NameList.Option("--peers", PeerCatalog.Names, PeerCatalog.Usual.Select(kind => kind.Name));
        command.Options.Add(runs);
        command.Options.Add(scenarios);
        command.Options.Add(peers);
        var batch = BatchOption.Create();
        command.Options.Add(batch);
        command.Validators.Add(result =>
        {
            if (result.GetResult(batch) is not null && result.GetValue(peers) is { } names && !names.Split(',').Contains(PeerCatalog.Sockets.Name))
            {
                result.AddError($"--batch is for {PeerCatalog.Sockets.Name}, which --peers leaves out.");
            }
        });
        var parameters = new ParameterOptions(command, ScenarioCatalog.All);
        var common = new CommonOptions(command);
        command.SetAction((result, stop) => ToolRun.ExecuteAsync(async line =>
        {
            var chosen = NameList.Choose(result.GetValue(peers)!, PeerCatalog.All, kind => kind.Name);
            var absent = chosen.Where(kind => kind.Missing() is not null).Select(kind => $"{kind.Name}: {kind.Missing()}").ToList();
            var present = chosen.Where(kind => kind.Missing() is null).ToArray();
            var options = common.Peer(result) with { Batch = result.GetValue(batch) };
            var runner = new ScenarioRunner(common.Times(result), parameters.Read(result), line);
            var results = new List<ScenarioResult>();
            var report = new Report(common.Origin(result), results, absent);
            for (var round = 0; round < result.GetValue(runs); round++)
            {
                foreach (var scenario in NameList.Choose(result.GetValue(scenarios)!, ScenarioCatalog.All, scenario => scenario.Name))
                {
                    foreach (var kind in present)
                    {
                        var (outcome, unsuitable) = await runner.RunAsync(scenario, kind.Name, () => kind.Create(options), stop);
                        if (outcome is not null)
                        {
                            results.Add(outcome);
                        }
                        else if (round == 0)
                        {
                            absent.Add($"{scenario.Name} against {kind.Name}: {unsuitable}");
                        }

                        // A long run that is cut off leaves what it has.
                        await ReportFolder.WriteAsync(common.Out(result), report);
                    }
                }
            }

            return ToolRun.Finish(line, report);
        }));
        return command;
    }
}
