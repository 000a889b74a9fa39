using System.Diagnostics;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Docs;

/// <summary>A terminal in which a reader of the documentation has started a command.</summary>
internal sealed class ReaderTerminal : ChildProcess
{
    public ReaderTerminal(string command, string folder, IReadOnlyDictionary<string, string> variables)
        : base(command, CreateStart(command, folder, variables)) => Input.AutoFlush = true;

    /// <summary>Types a line.</summary>
    public Task TypeAsync(string line) => Input.WriteLineAsync(line);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        // The end of input ends a chat, and with it the program that dotnet run has started, which no signal to dotnet run would reach.
        Input.Close();
        await base.DisposeAsync();
    }

    private static ProcessStartInfo CreateStart(string command, string folder, IReadOnlyDictionary<string, string> variables)
    {
        // One simple command: bash becomes it, and signals reach it.
        var start = new ProcessStartInfo("bash") { ArgumentList = { "-c", command }, WorkingDirectory = folder };
        start.RemoveHttpProxies();

        // What dotnet run builds goes into the folder, too (.NET takes only one that exists), and no build server stays behind.
        start.Environment["XDG_DATA_HOME"] = Directory.CreateDirectory(Path.Combine(folder, ".local")).FullName;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
