using System.Text.Json;
using StackExchange.Redis;
using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>Sessions of reliable clients: begun, kept up to date, claimed again, left behind and ended in Redis.</summary>
internal sealed partial class Hub
{
    /// <summary>Connections that are gone, of whose sessions Redis has not been told yet.</summary>
    private readonly HashSet<ClientConnection> _unsettled = [];

    /// <summary>Of how many Redis is just being told.</summary>
    private int _settlesUnderWay;

    private int _sessions;

    /// <summary>Whether the hub has a log, so that its reliable clients can have sessions.</summary>
    public bool HasLog => _hasLog;

    /// <summary>
    /// Has an empty payload sent to the node's own inbox. If something was lost on the way there, it shows by the payload's number; if
    /// Redis has lost something, by its epoch; else the node knows how far it is.
    /// </summary>
    public void Probe()
    {
        if (_hasLog)
        {
            Pipeline.Add(SessionKey.IdempotencyKeys, static (batch, keys) => batch.Add("h", batch.Key(keys), UnheededCompletion.Instance));
        }
    }

    /// <summary>The caller holds the lock.</summary>
    private void BeginSession(ClientConnection connection, PipelineTask task) =>
        Pipeline.Add((Connection: connection, Task: task), static (batch, begin) =>
        {
            var connection = begin.Connection;
            List<RedisValue> fields = ["k", connection.Session!.Token, "r", JsonSerializer.Serialize(connection.Permissions.Roles)];
            if (connection.UserId is { } userId)
            {
                fields.AddRange(["u", userId]);
            }

            batch.AddSession(
                "n",
                connection.Id,
                begin.Task,
                [SessionKey.Session(connection.Id), batch.Places, fields.Count / 2, .. fields, connection.Groups.Count, .. connection.Groups.Keys.Select(group => (RedisValue)group)]);
        });

    /// <summary>What is held goes out, as far as it is newer than <paramref name="after"/>, and from now on everything as it comes.</summary>
    /// <param name="connection">The client.</param>
    /// <param name="after">Up to this offset it has everything, or is being sent it.</param>
    /// <param name="inbox">The inbox that the node had when it began, or took over, the session.</param>
    private void GoLive(ClientConnection connection, long after, string inbox)
    {
        lock (_sync)
        {
            var session = connection.Session!;
            if (session.TakenAt == 0)
            {
                // New: it begins here.
                session.TakenAt = session.Written = after;
                session.Replay(after);
                session.Acknowledge(after);
            }

            foreach (var (offset, frame) in session.GoLive(after))
            {
                if (!session.HasGap && !session.Has(offset))
                {
                    session.Deliver(offset, frame.Length);
                    connection.Send(frame);
                }
            }

            connection.Outbound.Flush();
            if (inbox != node.Inbox)
            {
                Claim(connection); // Whoever cleans up after that inbox detaches it.
            }
        }
    }

    /// <summary>Says in Redis that a connection is gone; the caller holds the lock.</summary>
    private void LeaveSession(ClientConnection connection)
    {
        _sessions -= connection.Session is null ? 0 : 1;
        if (connection.Session is not { IsLost: false } session)
        {
            return;
        }

        var position = !session.IsLive || !session.HasEverything ? session.Position : Math.Max(session.Position, _cursor.Offset);
        Settle(connection, position);
    }

    /// <summary>The caller holds the lock.</summary>
    private void Settle(ClientConnection connection, long position)
    {
        var completion = new SettleCompletion(this, connection, position);
        _settlesUnderWay++;
        Pipeline.Add((Connection: connection, Position: position, Completion: completion, Timeout: options.SessionTimeout), static (batch, leave) =>
        {
            var (id, session) = (leave.Connection.Id, leave.Connection.Session!);
            if (leave.Connection.EndsSession)
            {
                batch.AddSession("x", id, leave.Completion, SessionKey.Session(id), session.Generation);
                return;
            }

            RedisValue user = leave.Connection.UserId is { } userId ? batch.Key(InterestSet.Detached(userId)) : string.Empty;
            batch.AddSession(
                "d", id, leave.Completion, SessionKey.Session(id), session.Generation, leave.Position, (long)leave.Timeout.TotalMilliseconds, user, id);
        });
    }

    /// <summary>
    /// Enters the sessions under the inbox that the node has now, as far as they are still this node's; the caller holds the lock. A
    /// client whose session another node has taken over, or that is gone, is closed.
    /// </summary>
    private List<Task<bool>> ClaimSessions()
    {
        _writtenInbox = null;
        return [.. _connections.Values.Where(connection => connection.Session is { IsLost: false, TakenAt: > 0 }).Select(Claim)];
    }

    /// <summary>The caller holds the lock.</summary>
    private Task<bool> Claim(ClientConnection connection)
    {
        var claim = new JoinAwaiter();
        var completion = new SessionCompletion(this, connection, claim.Joined);
        Pipeline.Add((connection.Id, connection.Session!.Generation, Completion: completion), static (batch, claim) =>
            batch.AddSession("v", claim.Id, claim.Completion, SessionKey.Session(claim.Id), claim.Generation));
        connection.Session.Written = long.MinValue; // Redis may have lost what was written last.
        return claim.Task;
    }

    /// <summary>Settles what could not be settled before, and writes down how far clients are; the caller holds the lock.</summary>
    private void SweepSessions()
    {
        foreach (var connection in _unsettled.ToArray())
        {
            _unsettled.Remove(connection);
            Settle(connection, connection.Session!.Written);
        }

        if (_sessions == 0)
        {
            return;
        }

        Checkpoint();
        foreach (var connection in _connections.Values)
        {
            if (connection.Session is { IsLost: false, IsLive: true } session && session.IsOverdue(time))
            {
                connection.Close(ClientClose.Unacknowledged);
            }
        }
    }

    /// <summary>Another node has a session; the caller holds the lock.</summary>
    private void Fence(IncomingMessage fence)
    {
        if (_connections.TryGetValue(fence.Target, out var connection) && connection.Session is { } session && session.TakenAt < fence.Offset)
        {
            Lose(connection, SessionState.Elsewhere);
        }
    }

    /// <summary>The session is not this node's any more: nothing more goes to its client here.</summary>
    private void Lose(ClientConnection connection, SessionState state)
    {
        if (!connection.Session!.IsLost)
        {
            Pipeline.Add(SessionKey.Session(connection.Id), static (batch, name) => batch.Add("o", name, UnheededCompletion.Instance));
        }

        connection.Session.IsLost = true;
        connection.Close(state == SessionState.Gone ? ClientClose.SessionLost : ClientClose.TakenOver);
    }

    private void OnSession(ClientConnection connection, in OperationResult result)
    {
        if (result.Taken && result.Session != SessionState.Held)
        {
            lock (_sync)
            {
                Lose(connection, result.Session);
            }
        }
    }

    private sealed class SessionCompletion(Hub hub, ClientConnection connection, Action<bool> done) : IPipelineCompletion
    {
        public void Completed(in OperationResult result)
        {
            hub.OnSession(connection, result);
            done(result.Taken);
        }
    }

    private sealed class SettleCompletion(Hub hub, ClientConnection connection, long position) : IPipelineCompletion
    {
        public void Completed(in OperationResult result)
        {
            lock (hub._sync)
            {
                hub._settlesUnderWay--;
                if (!result.Taken)
                {
                    connection.Session!.Written = position;
                    hub._unsettled.Add(connection);
                }
            }
        }
    }
}
