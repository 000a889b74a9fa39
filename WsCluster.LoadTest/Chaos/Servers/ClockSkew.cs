using System.Diagnostics;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>Starts a process whose clock is wrong, with <c>libfaketime</c>.</summary>
internal static class ClockSkew
{
    /// <summary>The library itself: Debian's program <c>faketime</c> stays in front of the process that it starts, and takes its signals.</summary>
    private static readonly string? Library = FindLibrary();

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() => Library is null ? "libfaketime is not installed: apt-get install faketime" : null;

    /// <summary>Lets a process believe that it is ten minutes later: more than what tokens and leases are forgiven.</summary>
    public static void Apply(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = Library;
        start.Environment["FAKETIME"] = "+10m";

        // The clock on the wall is wrong; what measures intervals is not. Without the second setting the waits of .NET's threads, which
        // are by that clock, end at once, and the process spins: a whole core, measured with libfaketime 0.9.10.
        start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        start.Environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
    }

    private static string? FindLibrary() => !Directory.Exists("/usr/lib")
        ? null
        : Directory.EnumerateDirectories("/usr/lib")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketime.so.1"))
            .FirstOrDefault(File.Exists);
}
