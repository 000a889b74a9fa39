using System.Diagnostics.CodeAnalysis;
using WsCluster.Server.Clients;
using WsCluster.Server.Cluster;

namespace WsCluster.Server.Hubs;

/// <summary>
/// The part of a hub that is on this node: its connections, which groups and users they belong to, and the pipeline to the rest.
/// Everything that changes membership holds <see cref="_sync"/>, and so does delivery, which therefore sees whole changes only.
/// </summary>
internal sealed partial class Hub(string name, HubPipeline pipeline, NodeIdentity node, TimeProvider time)
{
    private readonly Lock _sync = new();
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
    /// Enters a connection with its user and first groups, and waits until Redis knows of them: then every node reaches it.
    /// </summary>
    /// <returns>False, and the connection is not in, when Redis did not take it.</returns>
    public async Task<bool> AddConnectionAsync(ClientConnection connection, IReadOnlyCollection<string> groups)
    {
        List<JoinAwaiter> joins = [];
        lock (_sync)
        {
            _connections.Add(connection.Id, connection);
            connection.HubMembership = Enter(InterestSet.Hub);
            if (connection.UserId is { } userId)
            {
                connection.UserMembership = Enter(InterestSet.User(userId));
            }

            foreach (var group in groups)
            {
                if (!connection.Groups.ContainsKey(group))
                {
                    connection.Groups.Add(group, Enter(InterestSet.Group(group)));
                }
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

    /// <summary>Takes a connection out of everything.</summary>
    public void RemoveConnection(ClientConnection connection)
    {
        lock (_sync)
        {
            if (!_connections.Remove(connection.Id))
            {
                return;
            }

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
    public void Leave(ClientConnection connection, string group)
    {
        lock (_sync)
        {
            if (connection.Groups.Remove(group, out var membership))
            {
                Remove(membership);
            }
        }
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
            _retired |= _holds == 0 && _connections.Count == 0 && _sets.Count == 0 && _unsure.Count == 0 && Pipeline.IsIdle;
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
