using System.Diagnostics;
using WsCluster.AppHost.Configuration;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.AppHost;

/// <summary>The AppHost as a user starts it, on ports that are free.</summary>
internal sealed class AppHostProcess : ChildProcess
{
    /// <summary>Building is part of <c>./wscluster up</c>, and a loaded machine is slow.</summary>
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private AppHostProcess(ProcessStartInfo start, int proxyPort)
        : base("apphost", start) => ProxyPort = proxyPort;

    /// <summary>Port of the proxy; the nodes have the next ones.</summary>
    public int ProxyPort { get; }

    /// <summary>Starts <c>./wscluster up</c>.</summary>
    public static AppHostProcess StartByScript(int nodes, int proxyPort) =>
        StartLocal(
            new ProcessStartInfo(Path.GetFullPath(Path.Combine(TestPaths.Project, "..", "wscluster")))
            {
                ArgumentList = { "up", "--nodes", $"{nodes}", "--port", $"{proxyPort}", "--node-port", $"{proxyPort + 1}" },
            },
            proxyPort,
            []);

    /// <summary>Starts a command line of the documentation that calls <c>./wscluster up</c>, on other ports.</summary>
    public static AppHostProcess StartByCommand(string command, int proxyPort) =>
        StartLocal(
            new ProcessStartInfo("bash")
            {
                // One simple command: bash becomes it, and signals reach it.
                ArgumentList =
                {
                    "-c",
                    command.Replace("./wscluster", $"'{Path.Combine(TestPaths.Repository, "wscluster")}'", StringComparison.Ordinal)
                        + $" --port {proxyPort} --node-port {proxyPort + 1}",
                },
            },
            proxyPort,
            []);

    /// <summary>Starts the AppHost that the tests were built with.</summary>
    public static AppHostProcess Start(int nodes, int proxyPort, params (string Name, string Value)[] settings) =>
        StartLocal(
            CreateStart([$"--Cluster:Nodes={nodes}", $"--Cluster:ProxyPort={proxyPort}", $"--Cluster:NodePort={proxyPort + 1}"]), proxyPort, settings);

    /// <summary>Starts the AppHost that the tests were built with, whichever way that takes.</summary>
    public static AppHostProcess Start(params string[] arguments) => Start(CreateStart(arguments), proxyPort: 0, []);

    /// <summary>Waits until it has said that the cluster is ready.</summary>
    public async Task WaitReadyAsync()
    {
        await Eventually.True(
            () => Log.Contains("Ready in") || HasExited, "the cluster is ready", StartDeadline);
        Assert.False(HasExited, "The AppHost ended:\n" + string.Join('\n', Log.From(0)));
    }

    /// <summary>Ids of the processes that it started and that run, with their command lines.</summary>
    public IReadOnlyDictionary<int, string> Children() =>
        Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == ProcessId)
            .ToDictionary(id => id, id => Read(id, "cmdline").Replace('\0', ' '));

    /// <summary>Whether a process runs.</summary>
    public static bool IsRunning(int id) => ParentOf(id) is not null;

    private static bool HasAspire { get; } =
        typeof(ClusterAppOptions).Assembly.GetReferencedAssemblies().Any(assembly => assembly.Name == "Aspire.Hosting");

    private static ProcessStartInfo CreateStart(string[] arguments) => new(TestPaths.DotNet, [TestPaths.Program("WsCluster.AppHost"), .. arguments]);

    /// <summary>Tests of the local way wait for what it writes, and <c>./wscluster up</c> must not build Aspire's into the same folders.</summary>
    private static AppHostProcess StartLocal(ProcessStartInfo start, int proxyPort, (string Name, string Value)[] settings)
    {
        Assert.SkipWhen(HasAspire, "This test is about the local way, and the AppHost is built with Aspire.");
        return Start(start, proxyPort, [("UseAspire", "false"), .. settings]);
    }

    private static AppHostProcess Start(ProcessStartInfo start, int proxyPort, (string Name, string Value)[] settings)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This test looks for processes in /proc.");
        string[] foreign = ["WsCluster", "Cluster__", "ASPNETCORE_", "DOTNET_ENVIRONMENT", "ConnectionStrings__", "OTEL_"];
        foreach (var name in start.Environment.Keys.Where(key => foreign.Any(key.StartsWith)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        // Anywhere but the repository: nothing may depend on the folder that it is started in.
        start.WorkingDirectory = Path.GetTempPath();
        return new AppHostProcess(start, proxyPort);
    }

    /// <summary>The parent of a process that runs; null for one that has ended, be it that nobody has asked for its exit code yet.</summary>
    private static int? ParentOf(int id)
    {
        // "pid (name) state parent ...": the name may hold anything.
        var stat = Read(id, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && fields[0] is not ("Z" or "X") ? int.Parse(fields[1]) : null;
    }

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // Ended meanwhile.
        }
    }
}
