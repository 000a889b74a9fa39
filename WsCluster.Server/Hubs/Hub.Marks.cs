using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>
/// From where on in the hub's order a new member of a group gets messages. The node may have the group's messages in its inbox already,
/// for others or because its interest lingers, and may lag behind: what was sent before a join, and after an earlier leave, must not
/// reach the one who joins. So a join sends a mark through the hub to the node's own inbox; when it comes out there, the member is active.
/// </summary>
internal sealed partial class Hub
{
    /// <summary>A mark that is not back by then is lost (the link to Redis was cut), and the member is active without it.</summary>
    private static readonly TimeSpan MarkTimeout = TimeSpan.FromSeconds(2);

    private readonly List<(Membership Membership, long Since)> _marked = [];

    /// <summary>Adds an inactive member and sends its mark; the caller holds the lock.</summary>
    private void JoinMarked(ClientConnection connection, string group, IJoinCompletion completion)
    {
        var set = GetOrAddSet(InterestSet.Group(group));
        var registered = IsRegistered(set);
        var gate = new JoinGate(parts: registered ? 1 : 2);
        gate.TryWait(completion);

        var membership = set.Add(connection);
        membership.Pending = gate;
        membership.IsActive = false;
        connection.Groups.Add(group, membership);
        _marked.Add((membership, time.GetTimestamp()));
        if (!registered)
        {
            Register(set, new PendingJoin(gate, membership));
        }

        var mark = new OutgoingMessage
        {
            Kind = TargetKind.Mark,
            Target = group,
            DataType = DataType.Binary,
            Data = [],
            Size = 0,
            FromConnectionId = connection.Id,
            Inbox = node.Inbox,
        };

        // It takes nothing of the budget, so it is always let in.
        Pipeline.TrySend(mark, new MarkCompletion(this, membership, gate));
    }

    /// <summary>The mark has come out of the inbox; the caller holds the lock.</summary>
    private void Activate(IncomingMessage mark)
    {
        if (_connections.TryGetValue(mark.FromConnectionId!, out var connection)
            && connection.Groups.TryGetValue(mark.Target, out var membership))
        {
            membership.IsActive = true;
        }
    }

    /// <summary>The caller holds the lock.</summary>
    private void SweepMarks() => _marked.RemoveAll(marked =>
    {
        marked.Membership.IsActive |= time.GetElapsedTime(marked.Since) > MarkTimeout;
        return marked.Membership.IsActive;
    });

    private void OnMarked(Membership membership, bool taken, int nodes)
    {
        lock (_sync)
        {
            if (!taken)
            {
                Undo(membership);
            }
            else if (nodes == 0)
            {
                membership.IsActive = true; // Nobody heard it, this node included: its inbox has just changed.
            }
        }
    }

    /// <summary>A join that failed leaves no trace: its client is told so, and may try again. The caller holds the lock.</summary>
    private void Undo(Membership membership)
    {
        var group = membership.Set.Name[InterestSet.GroupPrefix.Length..];
        var groups = membership.Connection.Groups;
        if (groups.TryGetValue(group, out var current) && current == membership)
        {
            groups.Remove(group);
            Remove(membership);
        }
    }

    private sealed class MarkCompletion(Hub hub, Membership membership, JoinGate gate) : IPipelineCompletion
    {
        public void Completed(bool taken, int nodes)
        {
            hub.OnMarked(membership, taken, nodes);
            gate.Joined(taken);
        }

        public void BatchCompleted()
        {
        }
    }
}
