using System.Diagnostics;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Sdk;

/// <summary>A script under Node.js.</summary>
internal sealed class ScriptProcess : ChildProcess
{
    private int _read;

    public ScriptProcess(string program, string folder, string script, string[] arguments)
        : base(script, CreateStart(program, folder, script, arguments))
    {
    }

    /// <summary>Waits for the next event of a name that the script tells on standard output; events before it are passed over.</summary>
    public async Task<JsonElement> WaitForEventAsync(string name)
    {
        JsonElement found = default;
        await Eventually.True(
            () =>
            {
                Assert.False(HasExited, $"{Name} exited:\n{string.Join('\n', Log.From(0))}");
                foreach (var line in Log.From(_read))
                {
                    _read++;
                    if (line.StartsWith('{') && JsonDocument.Parse(line).RootElement is var told && told.GetProperty("event").GetString() == name)
                    {
                        found = told;
                        return true;
                    }
                }

                return false;
            },
            $"{Name} tells '{name}'",
            TimeSpan.FromSeconds(60));
        return found;
    }

    /// <summary>Closes standard input and waits for the end.</summary>
    public Task<int> EndAsync()
    {
        Input.Close();
        return WaitForExitAsync();
    }

    private static ProcessStartInfo CreateStart(string program, string folder, string script, string[] arguments)
    {
        var start = new ProcessStartInfo(program, [script, .. arguments]) { WorkingDirectory = folder };
        start.RemoveHttpProxies();
        return start;
    }
}
