using System.Diagnostics.CodeAnalysis;
using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>
/// The part of a hub that is on this node: its connections, which groups and users they belong to, and the pipeline to the rest.
/// Everything that changes membership holds <see cref="_sync"/>, and so does delivery, which therefore sees whole changes only.
/// </summary>
internal sealed partial class Hub(string name, HubPipeline pipeline, TimeProvider time)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, ClientConnection> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LocalSet> _sets = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public HubPipeline Pipeline { get; } = pipeline;

    /// <summary>Offset of the last message that came through the inbox.</summary>
    public long LastOffset { get; private set; }

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
    /// Enters a connection with its user and first groups. The completion of each join says when Redis knows of it; until then the
    /// connection may miss messages that others send.
    /// </summary>
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
            if (!set.Registered)
            {
                var join = new JoinAwaiter();
                joins.Add(join);
                Register(set, new PendingJoin(connection, join));
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
                var member = connection.Groups.TryGetValue(group, out var membership);
                var set = member ? membership!.Set : GetOrAddSet(InterestSet.Group(group));
                if (!member)
                {
                    connection.Groups.Add(group, set.Add(connection));
                }

                if (!set.Registered)
                {
                    Register(set, new PendingJoin(connection, completion));
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
