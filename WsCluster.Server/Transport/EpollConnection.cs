using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace WsCluster.Server.Transport;

/// <summary>A TCP connection on an <see cref="EventLoop"/>, as Kestrel sees it.</summary>
internal sealed partial class EpollConnection : ConnectionContext, IEventHandler, IDuplexPipe, IConnectionIdFeature, IConnectionTransportFeature,
    IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    private static long _last;

    /// <summary>Bytes that a client may have sent in vain without a reset; what Kestrel's own sockets read ahead.</summary>
    private const int MaxUnread = 1024 * 1024;
    private const int ReadAtOnce = 64 * 1024;

    private readonly int _socket;
    private readonly ILogger _logger;
    private readonly SocketReader _reader;
    private readonly SocketWriter _writer;
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private readonly EventLoop.Registration _registration;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private bool _ended;
    private bool _disposed;

    public EpollConnection(EventLoop loop, int socket, EndPoint? remote, ILogger logger)
    {
        _socket = socket;
        _logger = logger;
        _reader = new SocketReader(loop, socket, this, End);
        _writer = new SocketWriter(socket);
        _registration = loop.Register(socket, this);
        Transport = this;
        ConnectionClosed = _closed.Token;
        RemoteEndPoint = remote;
        Features = new FeatureCollection(initialCapacity: 12);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
    }

    public override IFeatureCollection Features { get; }

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref _last).ToString("X8", CultureInfo.InvariantCulture);
        set => _id = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>The address that the client has connected to.</summary>
    public override EndPoint? LocalEndPoint
    {
        get => field ??= ReadLocalEndPoint();
        set;
    }

    PipeReader IDuplexPipe.Input => _reader;

    PipeWriter IDuplexPipe.Output => _writer;

    /// <summary>Begins to listen for events.</summary>
    /// <exception cref="IOException">The system has no room for one more.</exception>
    /// <remarks>Edge-triggered: one registration for the connection's whole life, and no system call to say what it waits for.</remarks>
    public void Start() => _registration.Watch(Libc.Readable | Libc.Writable | Libc.PeerClosed | Libc.EdgeTriggered);

    public void OnEvents(uint events)
    {
        var broken = (events & (Libc.Failed | Libc.HungUp)) != 0;
        var peerClosed = broken || (events & Libc.PeerClosed) != 0;
        if (peerClosed || (events & Libc.Readable) != 0)
        {
            _reader.OnReadable(peerClosed);
        }

        if (broken || (events & Libc.Writable) != 0)
        {
            _writer.OnWritable();
        }

        // Where bytes are left, whoever reads them comes upon the end behind them.
        if (broken || (peerClosed && IsReadEmpty()))
        {
            End();
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            // Before the shutdown, of which the loop tells at once: else a reader could take it for the client's end.
            _reader.Abort(abortReason);
            _writer.Abort();
            Libc.ResetOnClose(_socket);
            _ = Libc.Shutdown(_socket, Libc.ShutdownBoth);
        }

        End();
    }

    public override ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return ValueTask.CompletedTask;
            }

            _disposed = true;
        }

        _writer.Close();
        if (!_reader.Close())
        {
            ReadRest();
        }

        End();
        _registration.Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Throws away what has come and nobody has read: a close with something unread resets the connection, and a reset can overtake
    /// the answer.
    /// </summary>
    private void ReadRest()
    {
        // Into a buffer. MSG_TRUNC, which needs none, is for TCP alone: any other socket would write over the caller's memory.
        var buffer = ArrayPool<byte>.Shared.Rent(ReadAtOnce);
        for (var left = MaxUnread; left > 0; left -= ReadAtOnce)
        {
            if (Libc.Receive(_socket, ref buffer[0], ReadAtOnce, flags: 0) <= 0)
            {
                break;
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private bool IsReadEmpty()
    {
        lock (_gate)
        {
            var left = 0;
            return _disposed || Libc.Control(_socket, Libc.BytesToRead, ref left) != 0 || left == 0;
        }
    }

    /// <summary>Tells whoever works for the client that it is gone.</summary>
    private void End()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.TellEnd(), this, preferLocal: false);
    }

    private void TellEnd()
    {
        try
        {
            _closed.Cancel();
        }
        catch (Exception exception)
        {
            Log.CallbackFailed(_logger, exception); // Whoever wanted to be told has failed. In the thread pool that would end the process.
        }
    }

    private IPEndPoint? ReadLocalEndPoint()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return null;
            }

            Span<byte> address = stackalloc byte[SocketName.Size];
            var length = address.Length;
            return Libc.LocalName(_socket, ref address[0], ref length) == 0 ? SocketName.Read(address[..length]) : null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "What was to be done at a connection's end has failed.")]
        public static partial void CallbackFailed(ILogger logger, Exception exception);
    }
}
