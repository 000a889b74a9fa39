using System.Diagnostics;
using WsCluster.LoadTest.Chaos.Model;

namespace WsCluster.LoadTest.Chaos.Rounds;

/// <summary>Everything that clients tell, with the time, in one order: it goes into the model and is counted. Thread-safe.</summary>
internal sealed class Journal
{
    private readonly Lock _lock = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly DeliveryModel _model = new();
    private readonly HashSet<ClientRecord> _fresh = [];
    private RoundCounts _counts = new();
    private Silences? _silences;
    private TimeSpan? _freshFrom;
    private TimeSpan _freshAt;

    /// <summary>Time since the start of the run.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>When somebody last saw or was told anything of a message.</summary>
    public TimeSpan LastProgress { get; private set; }

    public ClientRecord AddClient(string name, string userId, IEnumerable<string> groups)
    {
        lock (_lock)
        {
            return _model.AddClient(name, userId, groups);
        }
    }

    /// <summary>Begins a round: counts from zero.</summary>
    public void BeginRound()
    {
        lock (_lock)
        {
            _model.BeginRound();
            _counts = new RoundCounts();
            _silences = null;
            _freshFrom = null;
        }
    }

    /// <summary>From now on silences are measured.</summary>
    public void FaultBegins()
    {
        lock (_lock)
        {
            _silences = new Silences();
            _silences.Begin(_model.Clients, Now);
        }
    }

    /// <summary>From now on it is measured when each client sees something that was sent from now on.</summary>
    public void WatchFreshTraffic()
    {
        lock (_lock)
        {
            _freshFrom = Now;
            _freshAt = Now;
            _fresh.Clear();
            _fresh.UnionWith(_model.Clients);
        }
    }

    /// <summary>How long it took until every client had seen something new; null if some have not yet.</summary>
    public TimeSpan? FreshAfter()
    {
        lock (_lock)
        {
            return _fresh.Count == 0 ? _freshAt - _freshFrom : null;
        }
    }

    /// <summary>Reads under the lock.</summary>
    public T Read<T>(Func<DeliveryModel, RoundCounts, Silences?, T> read)
    {
        lock (_lock)
        {
            return read(_model, _counts, _silences);
        }
    }

    public void Opened(ClientRecord client, string connectionId)
    {
        lock (_lock)
        {
            _model.SessionOpened(client, connectionId, Now);
            client.Note($"new connection {connectionId}", Now);
        }
    }

    public void Joined(ClientRecord client, string group)
    {
        lock (_lock)
        {
            _model.Joined(client, group, Now);
        }
    }

    /// <summary>A connection broke; whether the session goes on is not known yet.</summary>
    public void Broke(ClientRecord client, string how)
    {
        lock (_lock)
        {
            client.Note($"connection broke: {how}", Now);
            _silences?.Broke(client);
        }
    }

    public void Recovered(ClientRecord client)
    {
        lock (_lock)
        {
            client.Note("recovered", Now);
            _counts.Recoveries++;
        }
    }

    public void Ended(ClientRecord client, string why)
    {
        lock (_lock)
        {
            client.Note($"session ended: {why}", Now);
            _counts.SessionEnded($"{client.Name}: {why}");
            _silences?.Broke(client);
            _model.SessionEnded(client, Now);
        }
    }

    public SentMessage Sent(ClientRecord sender, Target target)
    {
        lock (_lock)
        {
            return _model.Sent(sender, target, Now);
        }
    }

    public void Note(SentMessage message, string what)
    {
        lock (_lock)
        {
            message.Note(what, Now);
        }
    }

    public void Acked(SentMessage message)
    {
        lock (_lock)
        {
            message.Acked(Now);
            _counts.Acked++;
            LastProgress = Now;
        }
    }

    public void Refused(SentMessage message, string error)
    {
        lock (_lock)
        {
            message.Refused(error, Now);
            _counts.Refused++;
        }
    }

    public void GivenUp(SentMessage message, string why)
    {
        lock (_lock)
        {
            message.GivenUp(why, Now);
            _counts.GivenUp++;
            LastProgress = Now;
        }
    }

    public void Received(ClientRecord client, int messageId, long sequenceId)
    {
        lock (_lock)
        {
            var now = Now;
            _model.Received(client, messageId, sequenceId, now);
            _counts.Deliveries++;
            _silences?.Received(client, now);
            LastProgress = now;
            if (_freshFrom is { } from && _model.IsSentSince(messageId, from) && _fresh.Remove(client))
            {
                _freshAt = now;
            }
        }
    }
}
