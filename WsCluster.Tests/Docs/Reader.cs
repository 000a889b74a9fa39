using System.Text.Json;
using System.Text.RegularExpressions;
using WsCluster.Tests.AppHost;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Sdk;

namespace WsCluster.Tests.Docs;

/// <summary>
/// Does what a page says, block by block, in a folder of its own and on ports of its own: writes files, runs commands, starts clusters, and
/// compares what programs write with what the page says they write (<c>…</c> stands for anything).
/// </summary>
internal sealed partial class Reader(MarkdownPage page) : IAsyncDisposable
{
    /// <summary>The page's ports: proxy, three nodes, redis-server.</summary>
    private static readonly string[] Ports = ["8080", "8081", "8082", "8083", "6380"];

    private static readonly TimeSpan OutputDeadline = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("wscluster-reader-").FullName;
    private readonly int _firstPort = FreePorts.Find(Ports.Length);
    private readonly Dictionary<string, string> _variables = [];
    private readonly List<ChildProcess> _processes = [];
    private readonly Dictionary<ChildProcess, int> _read = [];
    private AppHostProcess? _cluster;

    /// <summary>Follows sections of the page, in the order given.</summary>
    public async Task FollowAsync(params string[] sections)
    {
        foreach (var section in sections)
        {
            var blocks = page.CodeBlocks.Where(block => block.Section == section).ToArray();
            Assert.True(blocks.Length > 0, $"{page.Name} has no section '{section}' with code.");
            foreach (var block in blocks)
            {
                await FollowAsync(block);
            }
        }
    }

    /// <summary>Writes a file that a page tells to write.</summary>
    public void WriteFile(CodeBlock block)
    {
        File.WriteAllText(Path.Combine(_folder, block.FileName!), OnOwnPorts(block.Content));

        // The pages promise programs that need no package: without a feed none can be had.
        File.WriteAllText(Path.Combine(_folder, "NuGet.Config"), "<configuration><packageSources><clear /></packageSources></configuration>");
    }

    /// <summary>The terminal in which a command was started that contains a word; of several the last.</summary>
    public ReaderTerminal Terminal(string word) =>
        _processes.OfType<ReaderTerminal>().Last(terminal => terminal.Name.Split(' ').Contains(word));

    /// <summary>Everything that programs have written.</summary>
    public string Logs() => string.Join('\n', _processes.SelectMany(process => process.Log.From(0).Select(line => $"[{process.Name}] {line}")));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task FollowAsync(CodeBlock block)
    {
        switch (block.Language)
        {
            case "bash":
                foreach (var line in block.Lines)
                {
                    await RunAsync(OnOwnPorts(line), block.Place);
                }

                break;
            case "js" or "csharp":
                Assert.True(block.FileName is not null, $"{block.Place}: the sentence before the block names no file.");
                WriteFile(block);
                break;
            case "text":
                await ExpectAsync(block);
                break;
            default:
                Assert.Fail($"{block.Place}: nobody knows what to do with a block of '{block.Language}'.");
                break;
        }
    }

    private async Task RunAsync(string command, string place)
    {
        switch (command)
        {
            case var up when up.Contains("./wscluster up", StringComparison.Ordinal):
                await StartClusterAsync(up);
                break;
            case "./wscluster test": // It runs this.
                break;
            case var npm when npm.StartsWith("npm ", StringComparison.Ordinal):
                LinkPackages(npm);
                break;
            case var redis when redis.StartsWith("redis-server ", StringComparison.Ordinal):
                var port = _firstPort + Array.IndexOf(Ports, "6380");
                Assert.Equal($"redis-server --port {port} --save ''", redis);
                Add(new RedisServerProcess(TestPaths.Find("redis-server")!, port));
                break;
            case var export when ExportLine().Match(export) is { Success: true } match:
                _variables[match.Groups[1].Value] = Copy(match.Groups[2].Value);
                break;
            case var talk when talk.StartsWith("node ", StringComparison.Ordinal) || talk.StartsWith("dotnet run ", StringComparison.Ordinal):
                Add(new ReaderTerminal(talk, _folder, _variables));
                break;
            default:
                var terminal = Add(new ReaderTerminal(command, _folder, _variables));
                var exit = await terminal.WaitForExitAsync();
                Assert.True(exit == 0, $"{place}: exit code {exit} of {command}\n{string.Join('\n', terminal.Log.From(0))}");
                break;
        }
    }

    private async Task StartClusterAsync(string command)
    {
        if (_cluster is { HasExited: false })
        {
            _cluster.Interrupt();
            Assert.Equal(0, await _cluster.WaitForExitAsync());
        }

        _cluster = Add(AppHostProcess.StartByCommand(command, _firstPort));
        await _cluster.WaitReadyAsync();
    }

    /// <summary>The packages of the SDK tests instead of a download; their versions must be those that the page names.</summary>
    public void LinkPackages(string command)
    {
        using var list = JsonDocument.Parse(File.ReadAllText(NodeJs.PackageList));
        var have = list.RootElement.GetProperty("dependencies").EnumerateObject().Select(package => $"{package.Name}@{package.Value}");
        Assert.Subset(have.ToHashSet(), PackageName().Matches(command).Select(match => match.Value).ToHashSet());
        var link = Path.Combine(_folder, "node_modules");
        if (!Directory.Exists(link))
        {
            Directory.CreateSymbolicLink(link, NodeJs.Modules);
        }
    }

    private async Task ExpectAsync(CodeBlock block)
    {
        foreach (var line in block.Lines)
        {
            var pattern = Pattern(OnOwnPorts(line).Trim());
            await Eventually.True(() => Unread().Any(written => pattern.IsMatch(written.Trim())), $"{block.Place}: a program writes '{line}'", OutputDeadline);
        }

        foreach (var process in _processes)
        {
            _read[process] = process.Log.Count;
        }
    }

    private IEnumerable<string> Unread() => _processes.SelectMany(process => process.Log.From(_read.GetValueOrDefault(process)));

    /// <summary>What the reader copies from a terminal: the text that a program wrote and that looks like this.</summary>
    private string Copy(string text) =>
        _cluster!.Log.From(0).Select(line => Regex.Match(line, Pattern(text).ToString().Trim('^', '$'))).Last(match => match.Success).Value;

    private static Regex Pattern(string text) =>
        new("^" + Regex.Replace(Regex.Escape(text).Replace("…", ".*", StringComparison.Ordinal), @"(?:\\ )+", @"\s+") + "$");

    private string OnOwnPorts(string text) => Port().Replace(text, match => $"{_firstPort + Array.IndexOf(Ports, match.Value)}");

    private T Add<T>(T process)
        where T : ChildProcess
    {
        _processes.Add(process);
        return process;
    }

    [GeneratedRegex(@"\b(?:8080|8081|8082|8083|6380)\b")]
    private static partial Regex Port();

    [GeneratedRegex(@"(?<=\s)@?[a-z0-9/-]+@[0-9.]+")]
    private static partial Regex PackageName();

    [GeneratedRegex("^export ([A-Za-z_]+)='([^']*)'$")]
    private static partial Regex ExportLine();
}
