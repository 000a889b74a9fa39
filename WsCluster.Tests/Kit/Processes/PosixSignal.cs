using System.Runtime.InteropServices;

namespace WsCluster.Tests.Kit;

/// <summary>Signals that <see cref="System.Diagnostics.Process"/> can't send. Numbers are those of Linux.</summary>
internal static class PosixSignal
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal; skips the test where there are none.</summary>
    public static void Send(int processId, int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This test sends Linux signals.");
        if (SendSignal(processId, signal) != 0)
        {
            throw new InvalidOperationException($"kill({processId}, {signal}) failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);
}
