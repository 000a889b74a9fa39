using System.Globalization;
using WsCluster.LoadTest.Chaos.Model;
using WsCluster.LoadTest.Chaos.Rounds;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>
/// A client of the reliable JSON subprotocol that does what <c>@azure/web-pubsub-client</c> 1.1.0 does: it recovers a connection that
/// broke, unless it was closed with 1008, makes a new one where that fails, and joins its groups again.
/// </summary>
internal sealed partial class ReliableClient : IChaosClient, IAsyncDisposable
{
    /// <summary>Messages without an ack at once: enough that a cut finds several under way.</summary>
    private const int Window = 4;

    private const int PolicyViolation = 1008;

    private readonly Lock _lock = new();
    private readonly Uri _url;
    private readonly IReadOnlyList<string> _groups;
    private readonly Journal _journal;
    private readonly ClientTimes _times;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private ReliableSocket? _socket;
    private string? _reconnectionToken;

    /// <summary>Starts to connect, and stays connected until it is disposed.</summary>
    /// <param name="record">What the model knows of it.</param>
    /// <param name="url">Where it connects, with its access token.</param>
    /// <param name="groups">What it joins.</param>
    /// <param name="journal">Told everything.</param>
    /// <param name="times">How patient it is.</param>
    public ReliableClient(ClientRecord record, Uri url, IReadOnlyList<string> groups, Journal journal, ClientTimes times)
    {
        (Record, _url, _groups, _journal, _times) = (record, url, groups, journal, times);
        _running = RunAsync();
    }

    public ClientRecord Record { get; }

    public string? ConnectionId { get; private set; }

    public bool SendsToGroupsOnly => false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        lock (_lock)
        {
            _socket?.Abort();
        }

        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            if (await ReliableSocket.TryOpenAsync(_url, _times.Handshake, _stop.Token) is { } socket)
            {
                await StayAsync(socket);
            }
            else
            {
                await Task.Delay(_times.Retry, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>The life of a session: a connection and its recoveries.</summary>
    private async Task StayAsync(ReliableSocket socket)
    {
        BeginSession();
        var (code, how) = await ServeAsync(socket);
        while (code != PolicyViolation && RecoveryUrl() is { } url && !_stop.IsCancellationRequested)
        {
            if (await RecoverAsync(url) is not { } next)
            {
                how = $"not recovered within {_times.Recovery.TotalSeconds:0} s";
                break;
            }

            _journal.Recovered(Record);
            (code, how) = await ServeAsync(next);
        }

        if (!_stop.IsCancellationRequested)
        {
            EndSession(how);
        }
    }

    private async Task<(int Code, string How)> ServeAsync(ReliableSocket socket)
    {
        lock (_lock)
        {
            _socket = socket;
            _lastHeard = _lastPing = _journal.Now;
            ResendAll("sent again after the recovery");
            if (_stop.IsCancellationRequested)
            {
                socket.Abort();
            }
        }

        var end = await socket.RunAsync(Handle);
        lock (_lock)
        {
            _socket = null;
        }

        socket.Dispose();
        if (!_stop.IsCancellationRequested)
        {
            _journal.Broke(Record, end.How);
        }

        return end;
    }

    private async Task<ReliableSocket?> RecoverAsync(Uri url)
    {
        var end = _journal.Now + _times.Recovery;
        while (_journal.Now < end && !_stop.IsCancellationRequested)
        {
            if (await ReliableSocket.TryOpenAsync(url, _times.Handshake, _stop.Token) is { } socket)
            {
                return socket;
            }

            await Task.Delay(_times.Retry, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    private Uri? RecoveryUrl()
    {
        lock (_lock)
        {
            return ConnectionId is null || _reconnectionToken is null ? null : new Uri(string.Create(
                CultureInfo.InvariantCulture,
                $"{_url}&awps_connection_id={Uri.EscapeDataString(ConnectionId)}&awps_reconnection_token={Uri.EscapeDataString(_reconnectionToken)}"));
        }
    }

    private void BeginSession()
    {
        lock (_lock)
        {
            ConnectionId = null;
            _reconnectionToken = null;
            _sequence = new SequenceTracker();
        }
    }

    private void EndSession(string how)
    {
        lock (_lock)
        {
            if (ConnectionId is not null)
            {
                _journal.Ended(Record, how);
            }

            ConnectionId = null;
            _joins.Clear();
            _joined = 0;
            foreach (var outgoing in _outgoing)
            {
                _journal.GivenUp(outgoing.Message, "the sender's session ended");
            }

            _outgoing.Clear();
        }
    }
}
