using System.CommandLine;
using WsCluster.LoadTest.Chaos;
using WsCluster.LoadTest.Chaos.Clients;
using WsCluster.LoadTest.Chaos.Rounds;
using WsCluster.LoadTest.Chaos.Servers;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Does faults to a cluster under traffic, and proves that reliable clients lose, repeat and reorder nothing.</summary>
internal static class ChaosCommand
{
    public static Command Create()
    {
        var command = new Command("chaos", "Does faults to a cluster, one at a time, and checks every message that reliable clients get.");
        var options = new ChaosOptionSet(command);
        command.SetAction((result, stop) => ToolRun.ExecuteAsync(line => RunAsync(options, result, line, stop)));
        return command;
    }

    private static async Task<int> RunAsync(ChaosOptionSet set, ParseResult result, ProgressLine line, CancellationToken stop)
    {
        var options = set.Read(result);
        if ((ChaosCluster.Missing(options.Redis) ?? (options.SdkClients > 0 ? SdkProcess.Missing() : null)) is { } missing)
        {
            throw new PeerFailedException(missing);
        }

        var chosen = set.Faults(result, out var isExplicit);
        var skipped = chosen.Where(fault => fault.Unsuitable(options.Redis) is not null).Select(fault => $"{fault.Name}: {fault.Unsuitable(options.Redis)}").ToArray();
        if (isExplicit && skipped.Length > 0)
        {
            throw new PeerFailedException($"{skipped[0]}.");
        }

        var rounds = new List<RoundResult>();
        var run = new ChaosRun(options, line);
        var report = new ChaosReport(set.Origin(result), run.Description, options.Seed, rounds, skipped);
        Say($"seed {options.Seed}");
        try
        {
            await run.RunAsync([.. chosen.Where(fault => fault.Unsuitable(options.Redis) is null)], FinishRoundAsync, stop);
        }
        catch (OperationCanceledException) when (rounds.Count > 0)
        {
            Say(report.ToMarkdown()); // A long run that is cut off leaves what it has.
            throw;
        }

        Say(report.ToMarkdown());
        return report.IsClean ? ExitCode.Success : ExitCode.BadDelivery;

        async Task FinishRoundAsync(RoundResult round, LogBook log)
        {
            rounds.Add(round);
            Say($"{round.Fault}: {round.Seconds:0.0} s, {round.Acked} acked, {round.Recoveries} recoveries, {round.Integrity}");
            await report.WriteAsync(set.Out(result));
            if (round.IsClean)
            {
                return;
            }

            Complain(round.Integrity.FirstDisconnect);
            Complain(round.Trouble);
            Complain(round.FirstOffence);
            await SaveLogAsync(set.Out(result), log);
        }

        void Say(string text)
        {
            line.Clear();
            Console.WriteLine(text);
        }

        void Complain(string? text)
        {
            if (text is not null)
            {
                line.Clear();
                Console.Error.WriteLine(text);
            }
        }
    }

    /// <summary>What all servers wrote, for whoever looks for the reason.</summary>
    private static async Task SaveLogAsync(DirectoryInfo? folder, LogBook log)
    {
        if (folder is not null)
        {
            await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "servers.log"), log.All());
        }
    }
}
