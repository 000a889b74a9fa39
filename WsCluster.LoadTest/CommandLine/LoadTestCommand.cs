using System.CommandLine;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>The tool's commands.</summary>
internal static class LoadTestCommand
{
    /// <summary>Parses and runs.</summary>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Generates load on WsCluster, measures it, and compares it with other servers.");
        foreach (var scenario in ScenarioCatalog.All)
        {
            root.Subcommands.Add(ScenarioCommand.Create(scenario));
        }

        root.Subcommands.Add(CompareCommand.Create());
        root.Subcommands.Add(ScaleCommand.Create());
        root.Subcommands.Add(SummaryCommand.Create());
        root.Subcommands.Add(ChaosCommand.Create());
        root.Subcommands.Add(PeerCommand.Create());
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync($"See: {string.Join(' ', CommandPath(result))} --help");
            return ExitCode.WrongOption;
        }

        // What was started has to be stopped in order after Ctrl-C, which takes a few seconds.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    private static IEnumerable<string> CommandPath(ParseResult result)
    {
        yield return "WsCluster.LoadTest";
        if (result.CommandResult.Command is not RootCommand)
        {
            yield return result.CommandResult.Command.Name;
        }
    }
}
