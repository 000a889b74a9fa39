using System.Globalization;
using System.Text.Json;
using WsCluster.LoadTest.Chaos.Model;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>Joins and sends, and the acks they wait for.</summary>
internal sealed partial class ReliableClient
{
    private readonly List<OutgoingMessage> _outgoing = [];
    private readonly Dictionary<ulong, string> _joins = [];
    private readonly List<(TimeSpan At, ulong AckId)> _failedJoins = [];
    private ulong _lastAckId;
    private int _joined;

    public bool IsReady
    {
        get
        {
            lock (_lock)
            {
                return _socket is not null && ConnectionId is not null && _joined == _groups.Count;
            }
        }
    }

    public bool CanSend
    {
        get
        {
            lock (_lock)
            {
                return _socket is not null && ConnectionId is not null && _outgoing.Count < Window;
            }
        }
    }

    public int Outstanding
    {
        get
        {
            lock (_lock)
            {
                return _outgoing.Count;
            }
        }
    }

    /// <inheritdoc/>
    public void Send(SentMessage message)
    {
        lock (_lock)
        {
            if (ConnectionId is null)
            {
                _journal.GivenUp(message, "the sender's session ended");
                return;
            }

            var outgoing = new OutgoingMessage(message, ++_lastAckId);
            _journal.Note(message, $"ackId {outgoing.AckId} on connection {ConnectionId}");
            _outgoing.Add(outgoing);
            Write(outgoing);
        }
    }

    private void Join(string group)
    {
        _joins.Add(++_lastAckId, group);
        WriteJoin(_lastAckId);
    }

    private void HandleAck(JsonElement message)
    {
        var ackId = message.GetProperty("ackId").GetUInt64();
        var error = message.GetProperty("success").GetBoolean() ? null : message.GetProperty("error").GetProperty("name").GetString();
        var isTaken = error is null or "Duplicate";
        if (_joins.TryGetValue(ackId, out var group))
        {
            if (isTaken)
            {
                _joins.Remove(ackId);
                _joined++;
                _journal.Joined(Record, group);
            }
            else
            {
                _failedJoins.Add((_journal.Now + _times.Resend, ackId));
            }
        }
        else if (_outgoing.Find(outgoing => outgoing.AckId == ackId) is { } outgoing)
        {
            HandleAck(outgoing, isTaken ? null : error);
        }
    }

    private void HandleAck(OutgoingMessage outgoing, string? error)
    {
        switch (error)
        {
            case null:
                _outgoing.Remove(outgoing);
                _journal.Acked(outgoing.Message);
                break;
            case "InternalServerError" or "Timeout":
                outgoing.ResendAt = _journal.Now + _times.Resend;
                _journal.Refused(outgoing.Message, error);
                break;
            default:
                // No such connection or user any more: another attempt would not do better.
                _outgoing.Remove(outgoing);
                _journal.GivenUp(outgoing.Message, error);
                break;
        }
    }

    /// <summary>Sends everything again that has no ack, in the order in which it was sent first.</summary>
    private void ResendAll(string why)
    {
        _failedJoins.Clear();
        foreach (var ackId in _joins.Keys.Order())
        {
            WriteJoin(ackId);
        }

        foreach (var outgoing in _outgoing)
        {
            _journal.Note(outgoing.Message, why);
            Write(outgoing);
        }
    }

    private void ResendDue(TimeSpan now)
    {
        if (_outgoing.Exists(outgoing => outgoing.ResendAt is null && now - outgoing.SentAt > _times.Ack))
        {
            ResendAll($"sent again without an ack for {_times.Ack.TotalSeconds:0} s");
            return;
        }

        foreach (var outgoing in _outgoing.Where(outgoing => outgoing.ResendAt <= now))
        {
            _journal.Note(outgoing.Message, "sent again");
            Write(outgoing);
        }

        foreach (var (_, ackId) in _failedJoins.Where(join => join.At <= now))
        {
            WriteJoin(ackId);
        }

        _failedJoins.RemoveAll(join => join.At <= now);
    }

    private void Write(OutgoingMessage outgoing)
    {
        outgoing.ResendAt = null;
        outgoing.SentAt = _journal.Now;
        _socket?.Send(outgoing.Request);
    }

    private void WriteJoin(ulong ackId) =>
        _socket?.Send(string.Create(CultureInfo.InvariantCulture, $$"""{"type":"joinGroup","group":"{{_joins[ackId]}}","ackId":{{ackId}}}"""));
}
