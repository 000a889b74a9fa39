using System.Diagnostics;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>Starts a process whose clock is wrong, with <c>faketime</c>.</summary>
internal static class ClockSkew
{
    private const string Program = "faketime";

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() => ProgramFiles.Missing(Program, "apt-get install faketime");

    /// <summary>Lets a process believe that it is ten minutes later: more than what tokens and leases are forgiven.</summary>
    public static void Apply(ProcessStartInfo start)
    {
        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, "+10m");
        start.ArgumentList.Insert(0, "-f");
        start.FileName = Program;

        // A clock that was set wrong is the one on the wall; what measures intervals goes on as it does.
        start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    }
}
