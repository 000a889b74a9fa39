using System.Runtime.InteropServices;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>
/// The system calls of the load path. .NET's own sockets cost a generator too much: every readiness goes through a task and a
/// thread pool, where one loop over epoll does nothing but read.
/// </summary>
internal static class Native
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;

    public const int Add = 1;
    public const int Delete = 2;
    public const int Modify = 3;

    public const int Again = 11;
    public const int Interrupted = 4;
    public const int NotConnected = 107;

    /// <summary>MSG_DONTWAIT: never blocks, whatever the mode of the socket.</summary>
    public const int DontWait = 0x40;

    /// <summary>MSG_NOSIGNAL: a closed peer is an error code, not a signal.</summary>
    public const int NoSignal = 0x4000;

    /// <summary>The clock of <see cref="System.Diagnostics.Stopwatch"/>: CLOCK_MONOTONIC.</summary>
    public const int Monotonic = 1;

    /// <summary>TFD_TIMER_ABSTIME.</summary>
    public const int AbsoluteTime = 1;

    /// <summary>RLIMIT_NOFILE: file descriptors of a process.</summary>
    public const int DescriptorLimit = 7;

    /// <summary>Linux packs <c>struct epoll_event</c> on x86-64 only.</summary>
    public static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where <c>data</c> stands in it.</summary>
    public static readonly int EventData = EventSize - sizeof(ulong);

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static extern int EpollCreate(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static extern int EpollControl(int epoll, int operation, int descriptor, ref byte change);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static extern int EpollWait(int epoll, ref byte events, int maxEvents, int timeoutMilliseconds);

    [DllImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    public static extern int TimerCreate(int clock, int flags);

    [DllImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    public static extern int TimerSet(int timer, int flags, ref TimerSetting setting, nint oldSetting);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int descriptor, ref byte buffer, nint length);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static extern int GetLimit(int resource, out Limit limit);

    /// <summary>The exception for a call that has just failed.</summary>
    public static IOException Failure(string call) => new($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}.");

    /// <summary><c>struct rlimit</c>: what holds, and what an unprivileged process may raise it to.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }

    /// <summary><c>struct itimerspec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimerSetting
    {
        public nint IntervalSeconds;
        public nint IntervalNanoseconds;
        public nint Seconds;
        public nint Nanoseconds;
    }
}
