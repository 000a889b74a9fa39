using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Peers;
using WsCluster.LoadTest.Reports;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Turns what can happen to a run into messages and exit codes.</summary>
internal static class ToolRun
{
    public static async Task<int> ExecuteAsync(Func<ProgressLine, Task<int>> run)
    {
        var line = new ProgressLine();
        try
        {
            return await run(line);
        }
        catch (OperationCanceledException)
        {
            return Fail("Stopped.", ExitCode.Stopped);
        }
        catch (Exception exception) when (exception is PeerFailedException or ConnectionFailedException or PlatformNotSupportedException)
        {
            return Fail(exception.Message, ExitCode.CannotRun);
        }

        int Fail(string message, int code)
        {
            line.Clear();
            Console.Error.WriteLine(message);
            return code;
        }
    }

    /// <summary>Prints the report, and what went wrong with deliveries, if anything did.</summary>
    /// <returns>The exit code.</returns>
    public static int Finish(ProgressLine line, Report report)
    {
        line.Clear();
        Console.Write(report.ToMarkdown());
        foreach (var result in report.Results.Where(result => !result.Outcome.Integrity.IsClean))
        {
            var integrity = result.Outcome.Integrity;
            Console.Error.WriteLine($"{result.Scenario} {result.Peer}: {integrity}. {integrity.FirstDisconnect}");
        }

        return report.Results.All(result => result.Outcome.Integrity.IsClean) ? ExitCode.Success : ExitCode.BadDelivery;
    }
}
