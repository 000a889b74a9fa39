using System.Globalization;
using System.Text.Json;
using WsCluster.LoadTest.Chaos.Model;
using WsCluster.LoadTest.Chaos.Rounds;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>A client of the real SDK, in a process of its own: this is what it tells.</summary>
internal sealed class SdkClient : IChaosClient
{
    /// <summary>Beyond the ackIds that the SDK makes for its joins.</summary>
    private const long FirstAckId = 1_000_000;

    private readonly Lock _lock = new();
    private readonly SdkProcess _process;
    private readonly int _number;
    private readonly int _groups;
    private readonly Journal _journal;
    private readonly HashSet<string> _joined = [];
    private long _lastAckId = FirstAckId;
    private SentMessage? _outgoing;
    private bool _isBroken;

    public SdkClient(SdkProcess process, int number, ClientRecord record, Uri url, IReadOnlyList<string> groups, Journal journal)
    {
        (_process, _number, Record, _groups, _journal) = (process, number, record, groups.Count, journal);
        process.Start(this, number, url, groups);
    }

    public ClientRecord Record { get; }

    public string? ConnectionId { get; private set; }

    public bool IsReady
    {
        get
        {
            lock (_lock)
            {
                return ConnectionId is not null && !_isBroken && _joined.Count == _groups;
            }
        }
    }

    /// <summary>One at a time: the SDK's promises are no queue, and what it sends again at once after a cut would change places.</summary>
    public bool CanSend
    {
        get
        {
            lock (_lock)
            {
                return ConnectionId is not null && !_isBroken && _outgoing is null;
            }
        }
    }

    public int Outstanding
    {
        get
        {
            lock (_lock)
            {
                return _outgoing is null ? 0 : 1;
            }
        }
    }

    public bool SendsToGroupsOnly => true;

    /// <inheritdoc/>
    public void Send(SentMessage message)
    {
        lock (_lock)
        {
            _outgoing = message;
            _journal.Note(message, $"ackId {++_lastAckId} on connection {ConnectionId}");
            _process.Tell(new { @do = "send", client = _number, message = message.Id, group = message.Target.Name, ackId = _lastAckId });
        }
    }

    /// <summary>Takes what the script tells.</summary>
    public void Handle(JsonElement told)
    {
        lock (_lock)
        {
            switch (told.GetProperty("event").GetString())
            {
                case "message":
                    _journal.Received(
                        Record,
                        int.Parse(told.GetProperty("data").GetString()!, CultureInfo.InvariantCulture),
                        told.TryGetProperty("sequenceId", out var id) ? id.GetInt64() : 0);
                    break;
                case "connected":
                    ConnectionId = told.GetProperty("connectionId").GetString()!;
                    _isBroken = false;
                    _journal.Opened(Record, ConnectionId);
                    break;
                case "joined":
                    var group = told.GetProperty("group").GetString()!;
                    _joined.Add(group);
                    _journal.Joined(Record, group);
                    break;
                case "broke":
                    _isBroken = true;
                    _journal.Broke(Record, "the SDK does not say how");
                    break;
                case "recovered":
                    _isBroken = false;
                    _journal.Recovered(Record);
                    break;
                case "disconnected":
                    ConnectionId = null;
                    _joined.Clear();
                    var code = told.TryGetProperty("code", out var value) ? $"closed with {value}" : "the SDK gave up";
                    _journal.Ended(Record, code);
                    break;
                default:
                    HandleSending(told);
                    break;
            }
        }
    }

    private void HandleSending(JsonElement told)
    {
        if (_outgoing is null || !told.TryGetProperty("message", out var id) || id.GetInt32() != _outgoing.Id)
        {
            return;
        }

        switch (told.GetProperty("event").GetString())
        {
            case "acked":
                _journal.Acked(_outgoing);
                _outgoing = null;
                break;
            case "refused":
                _journal.Refused(_outgoing, told.GetProperty("error").GetString()!);
                break;
            default:
                _journal.GivenUp(_outgoing, "the sender's session ended");
                _outgoing = null;
                break;
        }
    }
}
