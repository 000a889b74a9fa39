using System.CommandLine;
using WsCluster.LoadTest.Reports;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Runs one scenario against one target.</summary>
internal static class ScenarioCommand
{
    public static Command Create(IScenario scenario)
    {
        var command = new Command(scenario.Name, scenario.Summary);
        var parameters = new ParameterOptions(command, [scenario]);
        var target = new TargetOptions(command);
        var common = new CommonOptions(command);
        command.SetAction((result, stop) => ToolRun.ExecuteAsync(async line =>
        {
            var (name, create) = target.Read(result, common.Peer(result));
            var runner = new ScenarioRunner(common.Times(result), parameters.Read(result), line);
            var (outcome, unsuitable) = await runner.RunAsync(scenario, name, create, stop);
            if (outcome is null)
            {
                line.Clear();
                await Console.Error.WriteLineAsync($"{scenario.Name} can't be run against {name}: {unsuitable}.");
                return ExitCode.WrongOption;
            }

            var report = new Report(common.Origin(result), [outcome], Absent: []);
            await ReportFolder.WriteAsync(common.Out(result), report);
            return ToolRun.Finish(line, report);
        }));
        return command;
    }
}
