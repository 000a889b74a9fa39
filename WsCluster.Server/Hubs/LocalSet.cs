using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>
/// The part of a group, a user or a hub that is on this node, and what Redis knows of this node's interest in it. Guarded by the
/// hub's lock.
/// </summary>
internal sealed class LocalSet(string name)
{
    private Membership[] _members = new Membership[4];

    /// <summary>Name of the interest set (<see cref="InterestSet"/>).</summary>
    public string Name { get; } = name;

    public int Count { get; private set; }

    /// <summary>The members; valid until the set changes.</summary>
    public ReadOnlySpan<Membership> Members => _members.AsSpan(0, Count);

    /// <summary>Whether Redis knows that this node is interested.</summary>
    public bool Registered { get; set; }

    /// <summary>Joins that wait for Redis to know it; null when no registration is under way.</summary>
    public List<PendingJoin>? Registering { get; set; }

    /// <summary>When the last member left; meaningful while there are none.</summary>
    public long EmptySince { get; set; }

    public Membership Add(ClientConnection connection)
    {
        if (Count == _members.Length)
        {
            Array.Resize(ref _members, Count * 2);
        }

        var membership = new Membership(this, connection, Count);
        _members[Count++] = membership;
        return membership;
    }

    /// <summary>Takes a member out in constant time: the last one moves to its place.</summary>
    public void Remove(Membership membership)
    {
        var last = _members[--Count];
        _members[membership.Index] = last;
        last.Index = membership.Index;
        _members[Count] = null!;
    }
}

/// <summary>A connection in a <see cref="LocalSet"/>.</summary>
internal sealed class Membership(LocalSet set, ClientConnection connection, int index)
{
    public LocalSet Set { get; } = set;

    public ClientConnection Connection { get; } = connection;

    /// <summary>Place in the set.</summary>
    public int Index { get; set; } = index;
}

/// <summary>A join that is done when Redis knows of this node's interest.</summary>
internal readonly record struct PendingJoin(ClientConnection Connection, IJoinCompletion Completion);

/// <summary>Told how a join ended.</summary>
internal interface IJoinCompletion
{
    /// <summary>Called once, on any thread, not under the hub's lock.</summary>
    void Joined(bool success);
}
