using System.Diagnostics.CodeAnalysis;
using WsCluster.Server.Clients;
using WsCluster.Server.Cluster;

namespace WsCluster.Server.Hubs;

/// <summary>
/// The part of a hub that is on this node: its connections, which groups and users they belong to, and the pipeline to the rest.
/// Everything that changes membership holds <see cref="_sync"/>, and so does delivery, which therefore sees whole changes only.
/// </summary>
internal sealed partial class Hub(string name, HubPipeline pipeline, NodeIdentity node, NodeOptions options, TimeProvider time)
{
    private readonly Lock _sync = new();
    private readonly bool _hasLog = !options.HubOf(name).AtMostOnce;
    private readonly Dictionary<string, ClientConnection> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LocalSet> _sets = new(StringComparer.Ordinal);
    private int _holds;
    private bool _retired;

    public string Name { get; } = name;

    public HubPipeline Pipeline { get; } = pipeline;

    public int ConnectionCount
    {
        get
        {
            lock (_sync)
            {
                return _connections.Count;
            }
        }
    }

    public bool TryGetConnection(string id, [NotNullWhen(true)] out ClientConnection? connection)
    {
        lock (_sync)
        {
            return _connections.TryGetValue(id, out connection);
        }
    }

    public ClientConnection[] SnapshotConnections()
    {
        lock (_sync)
        {
            return [.. _connections.Values];
        }
    }

    /// <summary>
    /// Enters a connection with its user and first groups, and waits until Redis knows of them: then every node reaches it. A new
    /// session is begun with it.
    /// </summary>
    /// <returns>False, and the connection is not in, when Redis did not take it.</returns>
    public async Task<bool> AddConnectionAsync(ClientConnection connection, IReadOnlyCollection<string> groups)
    {
        var session = connection.Session is null ? null : new PipelineTask();
        var inbox = node.Inbox;
        if (!await EnterAsync(connection, groups.Select(group => KeyValuePair.Create(group, 0L)), session))
        {
            return false;
        }

        if (session is not null)
        {
            GoLive(connection, (await session.Task).Offset, inbox);
        }

        return true;
    }

    private async Task<bool> EnterAsync(
        ClientConnection connection, IEnumerable<KeyValuePair<string, long>> groups, PipelineTask? newSession)
    {
        List<JoinAwaiter> joins = [];
        lock (_sync)
        {
            if (!TryReplace(connection))
            {
                return false;
            }

            _connections.Add(connection.Id, connection);
            connection.EnteredAt = _cursor.Offset;
            connection.EnteredTime = time.GetTimestamp();
            _sessions += connection.Session is null ? 0 : 1;
            connection.HubMembership = Enter(InterestSet.Hub);
            if (connection.UserId is { } userId)
            {
                connection.UserMembership = Enter(InterestSet.User(userId));
            }

            foreach (var (group, from) in groups)
            {
                if (!connection.Groups.ContainsKey(group))
                {
                    var membership = Enter(InterestSet.Group(group));
                    membership.From = from;
                    connection.Groups.Add(group, membership);
                }
            }

            if (newSession is not null)
            {
                BeginSession(connection, newSession);
            }
        }

        foreach (var join in joins)
        {
            if (!await join.Task)
            {
                RemoveConnection(connection);
                return false;
            }
        }

        if (newSession is not null && !(await newSession.Task).Taken)
        {
            RemoveConnection(connection);
            return false;
        }

        return true;

        Membership Enter(string setName)
        {
            var set = GetOrAddSet(setName);
            if (!IsRegistered(set))
            {
                var join = new JoinAwaiter();
                joins.Add(join);
                Register(set, new PendingJoin(join, Added: null)); // If it fails, the whole connection goes.
            }

            return set.Add(connection);
        }
    }

    /// <summary>Takes a connection out of everything. Its session is ended, or left for its client to come back to.</summary>
    public void RemoveConnection(ClientConnection connection)
    {
        lock (_sync)
        {
            // The id may belong to a newer connection by now, which has taken over the session.
            if (!((ICollection<KeyValuePair<string, ClientConnection>>)_connections).Remove(new(connection.Id, connection)))
            {
                return;
            }

            LeaveSession(connection);
            Remove(connection.HubMembership!);
            if (connection.UserMembership is { } user)
            {
                Remove(user);
            }

            foreach (var membership in connection.Groups.Values)
            {
                Remove(membership);
            }

            connection.Groups.Clear();
        }
    }

    /// <summary>Joins a group. Joining twice is success.</summary>
    public void Join(ClientConnection connection, string group, IJoinCompletion completion)
    {
        lock (_sync)
        {
            if (_connections.ContainsKey(connection.Id))
            {
                if (!connection.Groups.TryGetValue(group, out var membership))
                {
                    JoinMarked(connection, group, completion);
                    return;
                }

                if (membership.Pending?.TryWait(completion) == true)
                {
                    return;
                }

                if (!IsRegistered(membership.Set))
                {
                    Register(membership.Set, new PendingJoin(completion, Added: null));
                    return;
                }
            }
        }

        completion.Joined(success: true);
    }

    /// <summary>Leaves a group. Leaving a group that one is not in is success.</summary>
    public void Leave(ClientConnection connection, string group, IJoinCompletion completion)
    {
        lock (_sync)
        {
            if (connection.Groups.Remove(group, out var membership))
            {
                Remove(membership);
            }

            if (connection.Session is { } session)
            {
                // Also if it was not in: an earlier attempt may have failed half-way.
                var left = new SessionCompletion(this, connection, completion.Joined);
                Pipeline.Add(
                    (connection.Id, session.Generation, Group: group, Offset: _cursor.Offset, Completion: left),
                    static (batch, leave) => batch.AddSession("l", leave.Id, leave.Completion, leave.Generation, leave.Group, leave.Offset));
                return;
            }
        }

        completion.Joined(success: true);
    }

    /// <summary>Keeps the hub from being retired; false if it is.</summary>
    public bool TryHold()
    {
        lock (_sync)
        {
            _holds += _retired ? 0 : 1;
            return !_retired;
        }
    }

    /// <summary>Ends a hold.</summary>
    public void Release()
    {
        lock (_sync)
        {
            _holds--;
        }
    }

    /// <summary>Retires the hub if nothing is left in it and nobody holds it; for good.</summary>
    public bool TryRetire()
    {
        lock (_sync)
        {
            _retired |= _holds == 0 && _connections.Count == 0 && _sets.Count == 0 && _unsure.Count == 0 && _unsettled.Count == 0 && Pipeline.IsIdle && !Pipeline.HasPublished;
            return _retired;
        }
    }

    private bool IsRegistered(LocalSet set) => set.RegisteredInbox == node.Inbox;

    private LocalSet GetOrAddSet(string name)
    {
        if (!_sets.TryGetValue(name, out var set))
        {
            set = new LocalSet(name);
            _sets.Add(name, set);
        }

        return set;
    }

    private void Remove(Membership membership)
    {
        var set = membership.Set;
        set.Remove(membership);
        if (set.Count == 0)
        {
            set.EmptySince = time.GetTimestamp();
            OnEmpty(set);
        }
    }

    private sealed class JoinAwaiter : IJoinCompletion
    {
        private readonly TaskCompletionSource<bool> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> Task => _source.Task;

        public void Joined(bool success) => _source.SetResult(success);
    }
}
