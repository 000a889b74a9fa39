using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace WsCluster.LoadTest.Chaos.Links;

/// <summary>
/// A TCP proxy on loopback that can break: between a node and its Redis. What passes through it when nothing is wrong costs two system
/// calls for up to 64 KiB.
/// </summary>
internal sealed class FaultLink : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<LinkConnection, Task> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _gate = OpenGate();
    private volatile bool _isCut;
    private long _delay;

    /// <summary>Starts to listen, on a free port.</summary>
    public FaultLink(int upstreamPort)
    {
        UpstreamPort = upstreamPort;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Where new connections go; those that are there stay where they are until <see cref="Reset"/>.</summary>
    public int UpstreamPort { get; set; }

    /// <summary>How long each piece waits, in both directions. What comes while one waits makes up the next piece, so a byte may take twice as long.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delay));
        set => Interlocked.Exchange(ref _delay, value.Ticks);
    }

    /// <summary>Breaks all connections, and every new one at once.</summary>
    public void Cut()
    {
        _isCut = true;
        Reset();
    }

    /// <summary>Keeps all connections, takes new ones, and forwards nothing.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All is well again. What was held goes on its way, unless the connections are reset first.</summary>
    public void Open()
    {
        _isCut = false;
        _gate.TrySetResult();
    }

    /// <summary>Breaks all connections; new ones are taken.</summary>
    public void Reset()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Abort();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Reset();
        Open();
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    /// <summary>Holds a piece back for as long as the link is held or delayed.</summary>
    internal async ValueTask PassAsync()
    {
        var delay = Delay;
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay);
        }

        var gate = _gate.Task;
        if (!gate.IsCompleted)
        {
            await gate;
        }
    }

    private static TaskCompletionSource OpenGate()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                continue;
            }

            var connection = new LinkConnection(this, client);
            if (_isCut)
            {
                connection.Abort();
                continue;
            }

            _connections.TryAdd(connection, Task.CompletedTask);
            _connections[connection] = RunAsync(connection);
        }
    }

    private async Task RunAsync(LinkConnection connection)
    {
        // Off the accepting loop, and after it has entered the task that this one removes.
        await Task.Yield();
        await connection.RunAsync(UpstreamPort);
        _connections.TryRemove(connection, out _);
    }
}
