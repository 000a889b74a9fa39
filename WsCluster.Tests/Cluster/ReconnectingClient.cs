using System.Collections.Concurrent;
using System.Net.WebSockets;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>What an SDK does with autoReconnect: connect through the proxy, join the room, and start again when the connection is lost.</summary>
internal sealed class ReconnectingClient : IAsyncDisposable
{
    private readonly Func<Uri> _url;
    private readonly string _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, List<int>> _received = new();
    private volatile TestClient? _client;
    private Task _running = Task.CompletedTask;

    public ReconnectingClient(string name, string room, Func<Uri> url)
    {
        Name = name;
        _room = room;
        _url = url;
    }

    public string Name { get; }

    /// <summary>The node of the current connection.</summary>
    public string? NodeId => _client?.NodeId;

    /// <summary>How often the client had to connect.</summary>
    public int Connects { get; private set; }

    /// <summary>Sends that were not acked, or acked with an error, for whatever reason.</summary>
    public int FailedSends { get; private set; }

    /// <summary>Last number sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Numbers received from a sender, in order.</summary>
    public IReadOnlyList<int> ReceivedFrom(string sender)
    {
        var list = _received.GetValueOrDefault(sender) ?? [];
        lock (list)
        {
            return list.ToArray();
        }
    }

    /// <summary>Connects for the first time and keeps connected from then on.</summary>
    public async Task StartAsync()
    {
        await ConnectAsync();
        _running = RunAsync();
    }

    /// <summary>Whether there is a connection that has joined its room, other than one to a given node.</summary>
    public bool IsOn(Func<string, bool> node) => _client is { IsOpen: true, NodeId: { } id } && node(id);

    /// <summary>Sends the next number to the room.</summary>
    public async Task<bool> SendAsync()
    {
        try
        {
            var data = new { from = Name, number = ++Sent };
            var ack = _client is { } client ? await client.SendToGroupAsync(_room, data) : null;
            if (ack?.Success == true)
            {
                return true;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException)
        {
            // The connection is gone.
        }

        FailedSends++;
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.WhenAny(_client!.Closed, Task.Delay(Timeout.Infinite, _stop.Token));
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            await _client.DisposeAsync();
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    await ConnectAsync();
                    break;
                }
                catch (WebSocketException)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private async Task ConnectAsync()
    {
        var client = await TestClient.ConnectAsync(_url(), Receive);
        await client.JoinAsync(_room).Succeeds();
        Connects++;
        _client = client;
    }

    private void Receive(ReadOnlyMemory<byte> frame)
    {
        using var document = System.Text.Json.JsonDocument.Parse(frame);
        var data = document.RootElement.GetProperty("data");
        var list = _received.GetOrAdd(data.GetProperty("from").GetString()!, _ => []);
        lock (list)
        {
            list.Add(data.GetProperty("number").GetInt32());
        }
    }
}
