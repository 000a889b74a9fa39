using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace WsCluster.Tests.Kit;

/// <summary>A process of ours with an HTTP endpoint on a port that the system chose: a node or a proxy.</summary>
public abstract partial class WebProcess : ChildProcess, IWebServer
{
    private Uri? _address;

    /// <summary>Starts the program of a project.</summary>
    protected WebProcess(string name, string project, IReadOnlyDictionary<string, string> environment)
        : base(name, CreateStart(project, environment))
    {
    }

    /// <summary>The address it listens on; known after <see cref="WaitForAddressAsync"/>.</summary>
    public Uri Address => _address ?? throw new InvalidOperationException($"{Name} does not listen yet.");

    /// <summary>Waits until the process listens, and reads its address from its log.</summary>
    public async Task WaitForAddressAsync()
    {
        await Eventually.True(
            () =>
            {
                if (HasExited)
                {
                    Assert.Fail($"{Name} exited instead of listening:\n{string.Join('\n', Log.From(0))}");
                }

                var match = Log.From(0).Select(line => Listening().Match(line)).FirstOrDefault(match => match.Success);
                _address = match is null ? null : new Uri(match.Groups[1].Value);
                return _address is not null;
            },
            $"{Name} listens",
            TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits until <c>/health</c> answers 200.</summary>
    public async Task WaitForHealthAsync()
    {
        await WaitForAddressAsync();
        await Eventually.True(async () => await this.GetStatusAsync("/health") == HttpStatusCode.OK, $"{Name} is healthy", TimeSpan.FromSeconds(60));
    }

    private static ProcessStartInfo CreateStart(string project, IReadOnlyDictionary<string, string> environment)
    {
        var program = TestPaths.Program(project);
        Assert.True(File.Exists(program), $"{program} is not built.");
        var start = new ProcessStartInfo(TestPaths.DotNet) { ArgumentList = { program }, WorkingDirectory = Path.GetDirectoryName(program) };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["WsCluster__ExitWithParent"] = "true";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Settings of the shell that runs the tests must not reach the processes under test.</summary>
    private static bool IsForeign(string name) =>
        name.StartsWith("WsCluster", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"Now listening on: (http://[^\s""]+)")]
    private static partial Regex Listening();
}
