using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace WsCluster.AppHost.Processes;

/// <summary>Signals by which a process is stopped or ended.</summary>
[UnsupportedOSPlatform("windows")]
internal static class UnixSignal
{
    private const int Terminate = 15;

    /// <summary>Asks a process to stop. .NET itself has no call for that, only for killing.</summary>
    public static void SendTerminate(int processId) => _ = Kill(processId, Terminate);

    /// <summary>Name of a signal as <c>kill -l</c> has it; its number where it is a rare one.</summary>
    public static string Name(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        _ => $"signal {signal}",
    };

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int processId, int signal);
}
