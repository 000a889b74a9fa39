using System.Diagnostics;

namespace WsCluster.LoadTest.Peers.WsCluster;

/// <summary>How a node or the proxy is started: as in production, on loopback, and gone with this tool.</summary>
internal static class ClusterProgram
{
    /// <param name="project">Its project.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="redisPort">Where its Redis is.</param>
    public static ProcessStartInfo StartInfo(string project, int port, int redisPort)
    {
        var program = ProgramFiles.OfProject(project);
        var start = new ProcessStartInfo(ProgramFiles.DotNet, [program]) { WorkingDirectory = Path.GetDirectoryName(program) };
        CleanEnvironment.Apply(start);
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__redis"] = $"127.0.0.1:{redisPort}";
        start.Environment["WsCluster__ExitWithParent"] = "true";
        return start;
    }
}
