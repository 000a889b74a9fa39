using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>
/// One thread's sockets and timers, over epoll. Everything that a scenario does happens on the thread that calls <see cref="Run"/>,
/// so nothing in the load path needs a lock. Times are <see cref="Stopwatch"/> ticks, which on Linux are nanoseconds.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    /// <summary>Reads are large: one socket often holds many messages.</summary>
    private const int ReadSize = 256 * 1024;

    private const int MaxEvents = 256;

    /// <summary>How late a cancellation may be noticed when no socket has anything to say.</summary>
    private const int MaxWaitMilliseconds = 100;

    private readonly CancellationToken _stop;
    private readonly int _epoll;
    private readonly int _timer;
    private readonly byte[] _events = new byte[MaxEvents * Native.EventSize];
    private readonly List<IReadyHandler?> _handlers = [];
    private readonly Stack<int> _free = new();
    private readonly PriorityQueue<Action, long> _timers = new();
    private long _armed = long.MaxValue;

    public EventLoop(CancellationToken stop)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The load generator runs on Linux: it waits with epoll and reads /proc.");
        }

        _stop = stop;
        _epoll = Native.EpollCreate(0);
        _timer = Native.TimerCreate(Native.Monotonic, 0);
        if (_epoll < 0 || _timer < 0)
        {
            throw Native.Failure("epoll_create1");
        }

        Control(Native.Add, _timer, Native.Readable, Reserve(new Alarm(this)));
    }

    /// <summary>Called after every round of ready sockets: what they asked for is sent together then.</summary>
    public Action? AfterRound { get; set; }

    /// <summary>What all connections of the generator have read, bytes.</summary>
    public long BytesReceived { get; set; }

    /// <summary>Room for one read, shared by all sockets; the bytes before <see cref="ReadOffset"/> are for what a reader kept.</summary>
    public byte[] ReadBuffer { get; } = new byte[ReadOffset + ReadSize];

    /// <summary>Where a read begins.</summary>
    public const int ReadOffset = 256;

    /// <summary>Watches a descriptor for input.</summary>
    /// <returns>The key for the other calls.</returns>
    public int Register(int descriptor, IReadyHandler handler)
    {
        var key = Reserve(handler);
        Control(Native.Add, descriptor, Native.Readable, key);
        return key;
    }

    /// <summary>Also watches for room to write, or no longer.</summary>
    public void WatchWritable(int key, int descriptor, bool watch) =>
        Control(Native.Modify, descriptor, watch ? Native.Readable | Native.Writable : Native.Readable, key);

    /// <summary>Forgets a descriptor, before it is closed.</summary>
    public void Unregister(int key, int descriptor)
    {
        Control(Native.Delete, descriptor, 0, key);
        _handlers[key] = null;
        _free.Push(key);
    }

    /// <summary>Calls back once at a time, or as soon after it as the loop gets to it.</summary>
    public void Schedule(long at, Action callback) => _timers.Enqueue(callback, at);

    /// <summary>Runs for a time.</summary>
    public void RunFor(TimeSpan time) => Run(static () => false, time);

    /// <summary>Runs until a condition holds, which is looked at after every round, or until the time is over.</summary>
    /// <returns>Whether the condition held.</returns>
    public bool Run(Func<bool> until, TimeSpan limit)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        while (true)
        {
            _stop.ThrowIfCancellationRequested();
            var now = RunTimers();
            AfterRound?.Invoke();
            if (until())
            {
                return true;
            }

            if (now >= deadline)
            {
                return false;
            }

            Wait(deadline);
        }
    }

    public void Dispose()
    {
        _ = Native.Close(_timer);
        _ = Native.Close(_epoll);
    }

    private long RunTimers()
    {
        var now = Stopwatch.GetTimestamp();
        while (_timers.TryPeek(out _, out var at) && at <= now)
        {
            _timers.Dequeue()();
            now = Stopwatch.GetTimestamp();
        }

        return now;
    }

    private void Wait(long deadline)
    {
        Arm(_timers.TryPeek(out _, out var at) ? Math.Min(at, deadline) : deadline);
        var count = Native.EpollWait(_epoll, ref _events[0], MaxEvents, MaxWaitMilliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() != Native.Interrupted)
        {
            throw Native.Failure("epoll_wait");
        }

        for (var i = 0; i < count; i++)
        {
            var entry = _events.AsSpan(i * Native.EventSize, Native.EventSize);
            var ready = MemoryMarshal.Read<uint>(entry);
            var key = (int)MemoryMarshal.Read<ulong>(entry[Native.EventData..]);

            // An error or a hang-up counts as input: the read says what it is. A key may have been given up earlier in this round.
            _handlers[key]?.OnReady((ready & ~Native.Writable) != 0, (ready & Native.Writable) != 0);
        }
    }

    /// <summary>epoll_wait counts in milliseconds; a timer descriptor wakes it to the microsecond.</summary>
    private void Arm(long at)
    {
        if (at == _armed)
        {
            return;
        }

        _armed = at;
        var setting = new Native.TimerSetting
        {
            Seconds = (nint)(at / Stopwatch.Frequency),
            Nanoseconds = (nint)Math.Max(1, at % Stopwatch.Frequency),
        };
        if (Native.TimerSet(_timer, Native.AbsoluteTime, ref setting, 0) != 0)
        {
            throw Native.Failure("timerfd_settime");
        }
    }

    private int Reserve(IReadyHandler handler)
    {
        if (_free.TryPop(out var key))
        {
            _handlers[key] = handler;
            return key;
        }

        _handlers.Add(handler);
        return _handlers.Count - 1;
    }

    private void Control(int operation, int descriptor, uint events, int key)
    {
        Span<byte> change = stackalloc byte[Native.EventSize];
        MemoryMarshal.Write(change, events);
        MemoryMarshal.Write(change[Native.EventData..], (ulong)key);
        if (Native.EpollControl(_epoll, operation, descriptor, ref change[0]) != 0)
        {
            throw Native.Failure("epoll_ctl");
        }
    }

    /// <summary>The timer went off: it has to be read to be quiet, and set again.</summary>
    private sealed class Alarm(EventLoop loop) : IReadyHandler
    {
        public void OnReady(bool readable, bool writable)
        {
            _ = Native.Read(loop._timer, ref loop.ReadBuffer[0], sizeof(ulong));
            loop._armed = long.MaxValue;
        }
    }
}
