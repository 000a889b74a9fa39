using System.Runtime.InteropServices;

namespace WsCluster.LoadTest.Peers;

/// <summary>Unix signals, which <see cref="System.Diagnostics.Process"/> can't send.</summary>
internal static class Signal
{
    [DllImport("libc", EntryPoint = "kill")]
    public static extern int Send(int processId, int signal);
}
