using System.Runtime.InteropServices;

namespace WsCluster.Server.Transport;

/// <summary>The system calls of the transport. Linux only. A descriptor is an int, a failure is -1 and a number in <see cref="LastError"/>.</summary>
internal static class Libc
{
    // epoll(7)
    public const int Add = 1;
    public const int Delete = 2;
    public const int Modify = 3;
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;
    public const uint Failed = 0x008;
    public const uint HungUp = 0x010;
    public const uint PeerClosed = 0x2000;
    public const uint OneShot = 1u << 30;
    public const uint EdgeTriggered = 1u << 31;

    // errno(3)
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int OutOfMemory = 12;
    public const int TableFull = 23;
    public const int TooManyFiles = 24;
    public const int NoBuffers = 105;

    // O_CLOEXEC and O_NONBLOCK, which are also EPOLL_, EFD_ and SOCK_ flags.
    public const int CloseOnExec = 0x80000;
    public const int NonBlockingCloseOnExec = 0x800 | CloseOnExec;

    /// <summary>MSG_NOSIGNAL: a closed peer is an error code, not a signal.</summary>
    public const int NoSignal = 0x4000;

    /// <summary>SHUT_RDWR.</summary>
    public const int ShutdownBoth = 2;

    /// <summary>FIONREAD.</summary>
    public const nuint BytesToRead = 0x541B;

    private const int SocketLevel = 1;
    private const int Linger = 13;

    /// <summary>Linux packs <c>struct epoll_event</c> on x86-64 only.</summary>
    public static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where <c>data</c> stands in it.</summary>
    public static readonly int EventData = EventSize - sizeof(long);

    /// <summary>Error of the last call of this thread.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static extern int EpollCreate(int flags);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static extern int EpollWait(int epoll, ref byte events, int maxEvents, int timeoutMilliseconds);

    [DllImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static extern int EventCreate(uint initial, int flags);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int descriptor, ref byte buffer, nint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    public static extern nint Write(int descriptor, ref byte buffer, nint length);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static extern int Accept(int listener, ref byte address, ref int addressLength, int flags);

    [DllImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static extern int LocalName(int socket, ref byte address, ref int addressLength);

    [DllImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static extern int Shutdown(int socket, int how);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static extern int Control(int descriptor, nuint request, ref int argument);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int descriptor);

    /// <summary>Adds a descriptor to an epoll, or changes what it is watched for; <paramref name="data"/> comes with its events.</summary>
    /// <exception cref="IOException">The system did not take it.</exception>
    public static void Watch(int epoll, int operation, int descriptor, uint events, nint data)
    {
        Span<byte> change = stackalloc byte[EventSize];
        MemoryMarshal.Write(change, events);
        MemoryMarshal.Write(change[EventData..], (long)data);
        if (EpollControl(epoll, operation, descriptor, ref change[0]) != 0)
        {
            throw Failure("epoll_ctl");
        }
    }

    /// <summary>Ends the watch over a descriptor.</summary>
    public static void Unwatch(int epoll, int descriptor)
    {
        Span<byte> none = stackalloc byte[EventSize]; // Old kernels want one.
        _ = EpollControl(epoll, Delete, descriptor, ref none[0]);
    }

    /// <summary>Lets the close of a socket drop what was not sent, and reset the connection.</summary>
    public static void ResetOnClose(int socket)
    {
        Span<int> linger = [1, 0];
        _ = SetOption(socket, SocketLevel, Linger, ref linger[0], linger.Length * sizeof(int));
    }

    /// <summary>The exception for a call that has just failed.</summary>
    public static IOException Failure(string call) => new($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}.");

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static extern int EpollControl(int epoll, int operation, int descriptor, ref byte change);

    [DllImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static extern int SetOption(int socket, int level, int option, ref int value, int length);
}
