using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace WsCluster.Server.Transport;

/// <summary>Accepts connections, and gives each to the next event loop.</summary>
internal sealed partial class EpollListener : IConnectionListener, IEventHandler
{
    /// <summary>Accepted in one go; then the loop's connections have their turn.</summary>
    private const int MaxBurst = 64;

    /// <summary>How long nothing is accepted after the system had no room for one more connection.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const long MinReportInterval = 10_000;

    private readonly int _descriptor;
    private readonly EventLoops _loops;
    private readonly ILogger _logger;
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>(new() { SingleWriter = true });
    private readonly DescriptorReserve _reserve = new();
    private readonly Timer _resume;
    private readonly EventLoop.Registration _registration;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _reported = -MinReportInterval;
    private bool _unbound;

    public EpollListener(Socket socket, EventLoops loops, ILogger logger)
    {
        _loops = loops;
        _logger = logger;
        EndPoint = socket.LocalEndPoint!;
        socket.NoDelay = true; // Those that are accepted inherit it.
        socket.Blocking = false;

        // From here on it is the loop's, which closes what it watches.
        _descriptor = (int)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid();
        _reserve.TryTake();
        _resume = new Timer(static listener => ((EpollListener)listener!).Resume(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registration = loops.First.Register(_descriptor, this);
        _registration.Watch(Libc.Readable | Libc.OneShot);
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _accepted.Reader.WaitToReadAsync(cancellationToken) && _accepted.Reader.TryRead(out var connection) ? connection : null;

    /// <inheritdoc/>
    public void OnEvents(uint events)
    {
        var full = !_reserve.TryTake();
        if (full)
        {
            ReportNoRoom(Marshal.GetPInvokeErrorMessage(Libc.TooManyFiles));
        }

        for (var i = 0; i < MaxBurst && !full && TryAccept(out full); i++)
        {
        }

        if (full)
        {
            _reserve.Release();
            _resume.Change(Pause, Timeout.InfiniteTimeSpan);
        }
        else
        {
            Resume();
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (!_loops.First.Post(Unbind))
        {
            Unbind();
        }

        return new ValueTask(_closed.Task);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        await _resume.DisposeAsync();
        while (_accepted.Reader.TryRead(out var connection))
        {
            await connection.DisposeAsync(); // Nobody has taken it up.
        }
    }

    private void Unbind()
    {
        if (!_unbound)
        {
            _unbound = true;
            _reserve.Release();
            _registration.Close(_closed.SetResult);
            _accepted.Writer.TryComplete();
        }
    }

    private void Resume() => _loops.First.Post(() =>
    {
        if (!_unbound)
        {
            _registration.Rewatch(Libc.Readable | Libc.OneShot);
        }
    });

    /// <summary>Accepts a connection; false when there is none, or no room for one.</summary>
    private bool TryAccept(out bool full)
    {
        Span<byte> address = stackalloc byte[SocketName.Size];
        var length = address.Length;
        var descriptor = Libc.Accept(_descriptor, ref address[0], ref length, Libc.NonBlockingCloseOnExec);
        if (descriptor < 0)
        {
            var error = Libc.LastError;
            full = error is Libc.TooManyFiles or Libc.TableFull or Libc.OutOfMemory or Libc.NoBuffers;
            if (full)
            {
                ReportNoRoom(Marshal.GetPInvokeErrorMessage(error));
            }

            return error is not Libc.Again && !full; // Anything else is that connection's own trouble: it has gone again.
        }

        full = false;
        var loop = _loops.Next();
        var connection = new EpollConnection(loop, descriptor, SocketName.Read(address[..length]), _logger);
        try
        {
            connection.Start();
        }
        catch (IOException exception)
        {
            ReportNoRoom(exception.Message);
            _ = connection.DisposeAsync();
            full = true;
            return false;
        }

        if (!_accepted.Writer.TryWrite(connection))
        {
            _ = connection.DisposeAsync();
        }

        return true;
    }

    private void ReportNoRoom(string reason)
    {
        if (Environment.TickCount64 - _reported >= MinReportInterval)
        {
            _reported = Environment.TickCount64;
            Log.NoRoom(_logger, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Connections have to wait: {Reason}. Raise the limit of open files (ulimit -n) if this goes on.")]
        public static partial void NoRoom(ILogger logger, string reason);
    }
}
