using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Sdk;

/// <summary>Node.js and the npm packages of this folder.</summary>
internal static class NodeJs
{
    private static readonly string Folder = Path.Combine(TestPaths.Project, "Sdk");
    private static readonly string? Program = TestPaths.Find("node");

    /// <summary>Runs a script of this folder.</summary>
    public static ScriptProcess Start(string script, params string[] arguments)
    {
        Assert.SkipWhen(Program is null, "Node.js is not installed on this machine.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(Folder, "node_modules", "@azure", "web-pubsub-client")),
            "WsCluster.Tests/Sdk has no node_modules: ./wscluster test gets them, or run npm ci there.");
        return new ScriptProcess(Program!, Folder, script, arguments);
    }
}
