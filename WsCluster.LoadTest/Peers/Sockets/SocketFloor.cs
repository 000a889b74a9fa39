using System.Net;
using System.Net.Sockets;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers.Sockets;

/// <summary>Accepts connections, and after every round of ready sockets sends what waits for each group.</summary>
internal sealed class SocketFloor : IReadyHandler, IDisposable
{
    private const int Backlog = 1024;

    private readonly EventLoop _loop;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
    private readonly Dictionary<string, SocketGroup> _groups = [];
    private readonly List<SocketGroup> _touched = [];

    private readonly int _batch;

    private SocketFloor(int port, int batch, CancellationToken stop)
    {
        _batch = batch;
        _loop = new EventLoop(stop) { AfterRound = SendWaiting };
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(Backlog);
        _loop.Register((int)_listener.Handle, this);
    }

    /// <summary>Runs until the process is stopped.</summary>
    /// <param name="port">Where to listen, on loopback.</param>
    /// <param name="batch">Messages that one send carries at most; 0 for all that waits.</param>
    /// <param name="stop">Stops it.</param>
    public static Task RunAsync(int port, int batch, CancellationToken stop)
    {
        using var floor = new SocketFloor(port, batch, stop);
        try
        {
            while (true)
            {
                floor._loop.RunFor(TimeSpan.FromHours(1));
            }
        }
        catch (OperationCanceledException)
        {
            return Task.CompletedTask;
        }
    }

    /// <summary>A group by its name.</summary>
    public SocketGroup Group(string name)
    {
        if (!_groups.TryGetValue(name, out var group))
        {
            _groups[name] = group = new SocketGroup(_batch, _touched.Add);
        }

        return group;
    }

    public void OnReady(bool readable, bool writable)
    {
        try
        {
            // One for each event: epoll tells of the next one, too.
            new SocketClient(_listener.Accept(), _loop, Group).Start();
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted)
        {
            // It has gone again.
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _loop.Dispose();
    }

    private void SendWaiting()
    {
        foreach (var group in _touched)
        {
            group.SendWaiting();
        }

        _touched.Clear();
    }
}
