using System.Diagnostics;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.LoadTest;

/// <summary>The load test as a process.</summary>
/// <param name="arguments">Its arguments.</param>
/// <param name="path">PATH, if another than that of the tests.</param>
/// <param name="descriptors">Limit of its file descriptors, if another than that of the tests.</param>
internal sealed class LoadTestProcess(string[] arguments, string? path = null, int? descriptors = null)
    : ChildProcess("load test", StartInfo(arguments, path, descriptors))
{
    private static ProcessStartInfo StartInfo(string[] arguments, string? path, int? descriptors)
    {
        string[] command = [TestPaths.DotNet, TestPaths.Program("WsCluster.LoadTest"), .. arguments];
        var start = descriptors is null
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("/bin/sh", ["-c", $"ulimit -n {descriptors}; exec \"$0\" \"$@\"", .. command]);
        if (path is not null)
        {
            start.Environment["PATH"] = path;
        }

        return start;
    }
}
