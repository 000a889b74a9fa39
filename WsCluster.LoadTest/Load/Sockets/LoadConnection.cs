using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>
/// One connection of the generator. It opens by steps that the peer's protocol lays down, then hands what it reads to its kind, and sends
/// what was put into its output. It belongs to its loop's thread.
/// </summary>
internal abstract class LoadConnection(EventLoop loop, EndPoint endpoint, IReadOnlyList<OpeningStep> opening) : IReadyHandler, IDisposable
{
    private readonly ConnectionOutput _output = new();
    private ConnectionOpening? _opening = new(opening);
    private Socket? _socket;
    private int _descriptor;
    private int _key;
    private byte[] _kept = [];
    private int _keptLength;

    /// <summary>Whether all steps of opening are done and the connection lives.</summary>
    public bool IsOpen => _opening is null && !IsClosed;

    /// <summary>Whether the connection is over, for whatever reason.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Why the other side ended it, or why it did not open; null as long as neither happened.</summary>
    public string? Failure { get; private set; }

    /// <summary>Called once, when it has opened or failed to.</summary>
    public Action<LoadConnection>? Opened { get; set; }

    /// <summary>Where it connects to.</summary>
    public EndPoint Endpoint => endpoint;

    /// <summary>Connects and sends the first step.</summary>
    public void Start()
    {
        try
        {
            _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _socket.Connect(endpoint);
        }
        catch (SocketException exception)
        {
            _socket?.Dispose();
            IsClosed = true;
            Fail($"No connection to {endpoint}: {exception.Message}.");
            return;
        }

        _descriptor = (int)_socket.Handle;
        _key = loop.Register(_descriptor, this);
        Append(_opening!.Send);
        Flush();
        if (!IsClosed)
        {
            Advance([]);
        }
    }

    /// <summary>Room in the output for so many bytes; goes out with the next <see cref="Flush"/>.</summary>
    public Span<byte> Reserve(int length) => _output.Reserve(length);

    /// <summary>Puts bytes into the output.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Sends the output; what the socket does not take now goes when it can.</summary>
    public void Flush()
    {
        if (IsClosed)
        {
            return;
        }

        switch (_output.Flush(_descriptor))
        {
            case FlushResult.Failed:
                End($"could not be written to: {Marshal.GetLastPInvokeErrorMessage()}");
                break;
            case FlushResult.Blocked:
                loop.WatchWritable(_key, _descriptor, watch: true);
                break;
            case FlushResult.Unblocked:
                loop.WatchWritable(_key, _descriptor, watch: false);
                break;
        }
    }

    public void OnReady(bool readable, bool writable)
    {
        if (writable)
        {
            Flush();
        }

        if (readable && !IsClosed)
        {
            Read();
        }
    }

    public void Dispose()
    {
        if (!IsClosed)
        {
            Close();
        }
    }

    /// <summary>Takes what was read.</summary>
    /// <returns>How many bytes at the end have to stand in front of the next read; at most <see cref="EventLoop.ReadOffset"/>.</returns>
    protected abstract int Consume(ReadOnlySpan<byte> bytes);

    /// <summary>The other side has ended an open connection.</summary>
    protected virtual void OnEnded()
    {
    }

    /// <summary>Gives the connection up.</summary>
    /// <param name="reason">Why, after "The connection to ...".</param>
    protected void End(string reason)
    {
        Close();
        Fail($"The connection to {endpoint} {reason}.");
    }

    private void Read()
    {
        var buffer = loop.ReadBuffer;
        var count = (int)Native.Receive(
            _descriptor, ref buffer[EventLoop.ReadOffset], buffer.Length - EventLoop.ReadOffset, Native.DontWait);
        if (count <= 0)
        {
            if (count == 0)
            {
                End("was closed by the server");
            }
            else if (Marshal.GetLastPInvokeError() is not (Native.Again or Native.Interrupted))
            {
                End($"broke: {Marshal.GetLastPInvokeErrorMessage()}");
            }

            return;
        }

        loop.BytesReceived += count;

        // What was kept goes right in front, so that nothing has to be joined elsewhere.
        var start = EventLoop.ReadOffset - _keptLength;
        _kept.AsSpan(0, _keptLength).CopyTo(buffer.AsSpan(start));
        var bytes = buffer.AsSpan(start, _keptLength + count);
        if (_opening is not null)
        {
            Advance(bytes);
            return;
        }

        Keep(bytes, Consume(bytes));
    }

    private void Advance(ReadOnlySpan<byte> bytes)
    {
        if (_opening!.Advance(bytes, this) is { } failure)
        {
            End(failure);
        }
        else if (_opening.IsDone)
        {
            var early = _opening.Rest;
            _opening = null;
            Opened?.Invoke(this);
            Keep(early, Consume(early));
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes, int count)
    {
        _keptLength = count;
        if (count > 0)
        {
            if (_kept.Length < count)
            {
                _kept = new byte[EventLoop.ReadOffset];
            }

            bytes[^count..].CopyTo(_kept);
        }
    }

    private void Fail(string failure)
    {
        Failure = failure;
        if (_opening is not null)
        {
            Opened?.Invoke(this);
        }
        else
        {
            OnEnded();
        }
    }

    private void Close()
    {
        IsClosed = true;
        if (_socket is not null)
        {
            loop.Unregister(_key, _descriptor);
            _socket.Dispose();
        }
    }
}
