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

    /// <summary>The inbox under which Redis knows that this node is interested; null when it doesn't, or nobody knows.</summary>
    public string? RegisteredInbox { get; set; }

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

    /// <summary>The member gets messages whose offset is greater.</summary>
    public long From { get; set; }

    /// <summary>The join that made it; null if none did.</summary>
    public JoinGate? Pending { get; set; }

    /// <summary>Place in the set.</summary>
    public int Index { get; set; } = index;
}

/// <summary>What waits for Redis to know of this node's interest.</summary>
/// <param name="Completion">Told how it ended.</param>
/// <param name="Added">The member that came with it, and goes again if it fails; null if none did.</param>
internal readonly record struct PendingJoin(IJoinCompletion Completion, Membership? Added);

/// <summary>Told how a join ended.</summary>
internal interface IJoinCompletion
{
    /// <summary>Called once, on any thread, not under the hub's lock.</summary>
    void Joined(bool success);
}
