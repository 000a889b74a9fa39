using System.Runtime.InteropServices;

namespace WsCluster.Server.Transport;

/// <summary>
/// One thread that waits for its descriptors with epoll and serves them itself: what comes in on a connection is parsed and answered
/// on this thread, as far as that goes without waiting. A pool of threads would have to be woken for each of them.
/// </summary>
internal sealed partial class EventLoop : IDisposable
{
    private const int MaxEvents = 256;
    private const int MaxLastRounds = 4;

    [ThreadStatic]
    private static EventLoop? _current;

    private readonly ILogger _logger;
    private readonly int _epoll;
    private readonly int _wakeUp;
    private readonly byte[] _events = new byte[MaxEvents * Libc.EventSize];
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private List<Action> _posted = [];
    private List<Action> _running = [];
    private bool _awake;
    private bool _ended;
    private volatile bool _stopped;

    public EventLoop(string name, ILogger logger)
    {
        _logger = logger;
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        _wakeUp = Libc.EventCreate(0, Libc.NonBlockingCloseOnExec);
        if (_epoll < 0 || _wakeUp < 0)
        {
            throw Libc.Failure("epoll_create1");
        }

        Libc.Watch(_epoll, Libc.Add, _wakeUp, Libc.Readable, 0);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether the caller runs on the loop's thread.</summary>
    public bool IsCurrent => _current == this;

    /// <summary>
    /// Runs an action soon, never on the caller's stack: on an event loop after the events at hand, elsewhere in the thread pool.
    /// </summary>
    public static void RunSoon(Action action)
    {
        if (_current is { } loop)
        {
            _ = loop.Post(action);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static action => action(), action, preferLocal: false);
        }
    }

    /// <summary>
    /// Takes over a descriptor, which is watched from <see cref="Registration.Watch"/> on: events come at once, on another thread, and
    /// their handler needs the registration then. It holds on to its handler until <see cref="Registration.Close"/>.
    /// </summary>
    public Registration Register(int descriptor, IEventHandler handler) => new(this, descriptor, GCHandle.Alloc(handler));

    /// <summary>Runs an action on the loop's thread, after the events at hand.</summary>
    /// <returns>False, and it does not run, when the loop has ended.</returns>
    public bool Post(Action action)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _posted.Add(action);
            if (!_awake)
            {
                Span<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
                _ = Libc.Write(_wakeUp, ref one[0], one.Length);
            }

            _awake = true;
        }

        return true;
    }

    /// <summary>Ends the thread. Connections have to be closed before: nobody serves them any more.</summary>
    public void Dispose()
    {
        _stopped = true;
        _ = Post(static () => { });
        if (!IsCurrent)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        _current = this;
        while (!_stopped)
        {
            var count = Libc.EpollWait(_epoll, ref _events[0], MaxEvents, BeginWait());
            if (count < 0 && Libc.LastError != Libc.Interrupted)
            {
                throw Libc.Failure("epoll_wait"); // A defect of ours. Without its loop the node is worth nothing.
            }

            EndWait();
            for (var i = 0; i < count; i++)
            {
                Tell(_events.AsSpan(i * Libc.EventSize, Libc.EventSize));
            }

            RunPosted();
        }

        // What is to be closed is, also by what others have posted. A reader that posts itself again and again is nobody's any more.
        for (var i = 0; i < MaxLastRounds; i++)
        {
            RunPosted();
        }

        lock (_gate)
        {
            _ended = true; // Whoever posts from now on must not write to what may soon be somebody else's descriptor.
            _ = Libc.Close(_wakeUp);
            _ = Libc.Close(_epoll);
        }
    }

    /// <summary>How long to wait for events: not at all when something was posted.</summary>
    private int BeginWait()
    {
        lock (_gate)
        {
            _awake = _posted.Count > 0;
            return _awake ? 0 : -1;
        }
    }

    /// <summary>From here on what is posted needs no wake-up: it is seen before the next wait.</summary>
    private void EndWait()
    {
        lock (_gate)
        {
            _awake = true;
        }
    }

    private void Tell(ReadOnlySpan<byte> entry)
    {
        var handle = (nint)MemoryMarshal.Read<long>(entry[Libc.EventData..]);
        if (handle == 0)
        {
            Span<byte> count = stackalloc byte[sizeof(ulong)];
            _ = Libc.Read(_wakeUp, ref count[0], count.Length);
            return;
        }

        try
        {
            // It is there: registrations are closed after the events at hand, and a closed descriptor has none.
            ((IEventHandler)GCHandle.FromIntPtr(handle).Target!).OnEvents(MemoryMarshal.Read<uint>(entry));
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(_logger, exception);
        }
    }

    private void RunPosted()
    {
        lock (_gate)
        {
            (_posted, _running) = (_running, _posted);
        }

        foreach (var action in _running)
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                Log.HandlerFailed(_logger, exception);
            }
        }

        _running.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A connection's event could not be handled.")]
        public static partial void HandlerFailed(ILogger logger, Exception exception);
    }
}
