using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Sdk;

/// <summary>Node.js and the npm packages of this folder.</summary>
internal static class NodeJs
{
    private static readonly string Folder = Path.Combine(TestPaths.Project, "Sdk");
    private static readonly string? Program = TestPaths.Find("node");

    /// <summary>The packages that were restored here.</summary>
    public static string Modules { get; } = Path.Combine(Folder, "node_modules");

    /// <summary>The list of these packages.</summary>
    public static string PackageList { get; } = Path.Combine(Folder, "package.json");

    /// <summary>Runs a script of this folder.</summary>
    public static ScriptProcess Start(string script, params string[] arguments)
    {
        SkipIfMissing();
        return new ScriptProcess(Program!, Folder, script, arguments);
    }

    /// <summary>Skips the test where Node.js or the packages are missing.</summary>
    public static void SkipIfMissing()
    {
        Assert.SkipWhen(Program is null, "Node.js is not installed on this machine.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(Modules, "@azure", "web-pubsub-client")),
            "WsCluster.Tests/Sdk has no node_modules: ./wscluster test gets them, or run npm ci there.");
    }
}
