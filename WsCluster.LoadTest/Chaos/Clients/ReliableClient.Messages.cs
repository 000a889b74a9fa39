using System.Globalization;
using System.Text.Json;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>What comes in, and what goes out by the clock.</summary>
internal sealed partial class ReliableClient
{
    private SequenceTracker _sequence = new();
    private TimeSpan _lastHeard;
    private TimeSpan _lastPing;
    private TimeSpan _lastSequenceAck;

    /// <summary>Does what is due; called several times a second.</summary>
    public void Tick()
    {
        lock (_lock)
        {
            var now = _journal.Now;
            if (_socket is null)
            {
                return;
            }

            if (now - _lastHeard > _times.Silence)
            {
                _socket.Abort();
                return;
            }

            if (now - _lastPing >= _times.Ping)
            {
                _lastPing = now;
                _socket.Send("""{"type":"ping"}""");
            }

            if (now - _lastSequenceAck >= _times.SequenceAck)
            {
                AckSequence(now);
            }

            ResendDue(now);
        }
    }

    private void AckSequence(TimeSpan now)
    {
        _lastSequenceAck = now;
        if (_sequence.TryTake(out var sequenceId))
        {
            _socket?.Send(string.Create(CultureInfo.InvariantCulture, $$"""{"type":"sequenceAck","sequenceId":{{sequenceId}}}"""));
        }
    }

    private void Handle(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var message = document.RootElement;
        lock (_lock)
        {
            _lastHeard = _journal.Now;
            switch (message.GetProperty("type").GetString())
            {
                case "system":
                    HandleSystem(message);
                    break;
                case "ack":
                    HandleAck(message);
                    break;
                case "message":
                    HandleMessage(message);
                    break;
                default:
                    break; // A pong: that it came is all there is to it.
            }
        }
    }

    private void HandleSystem(JsonElement message)
    {
        if (message.GetProperty("event").GetString() != "connected")
        {
            return;
        }

        // A recovered connection is told again, and may get another token.
        _reconnectionToken = message.TryGetProperty("reconnectionToken", out var token) ? token.GetString() : _reconnectionToken;
        if (ConnectionId is null)
        {
            ConnectionId = message.GetProperty("connectionId").GetString()!;
            _journal.Opened(Record, ConnectionId);
            foreach (var group in _groups)
            {
                Join(group);
            }
        }
    }

    private void HandleMessage(JsonElement message)
    {
        var sequenceId = 0L;
        if (message.TryGetProperty("sequenceId", out var id))
        {
            sequenceId = id.GetInt64();
            if (!_sequence.TryAdvance(sequenceId, out var ackNow))
            {
                return;
            }

            if (ackNow)
            {
                AckSequence(_journal.Now);
            }
        }

        _journal.Received(Record, int.Parse(message.GetProperty("data").GetString()!, CultureInfo.InvariantCulture), sequenceId);
    }
}
