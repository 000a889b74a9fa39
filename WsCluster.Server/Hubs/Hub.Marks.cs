using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>
/// From where on in the hub's order a new member of a group gets messages. The node may have the group's messages in its inbox already,
/// for others or because its interest lingers, and may lag behind: what was sent before a join, and after an earlier leave, must not
/// reach the one who joins. So a join sends a mark through the hub to the node's own inbox; the member gets what comes behind it there.
/// </summary>
internal sealed partial class Hub
{
    /// <summary>Adds a member that gets nothing yet, and sends its mark; the caller holds the lock.</summary>
    private void JoinMarked(ClientConnection connection, string group, IJoinCompletion completion)
    {
        var set = GetOrAddSet(InterestSet.Group(group));
        var registered = IsRegistered(set);
        var session = connection.Session;
        var gate = new JoinGate(parts: 1 + (registered ? 0 : 1) + (session is null ? 0 : 1));
        gate.TryWait(completion);

        var membership = set.Add(connection);
        membership.Pending = gate;
        membership.From = long.MaxValue;
        connection.Groups.Add(group, membership);
        if (!registered)
        {
            Register(set, new PendingJoin(gate, membership));
        }

        Pipeline.Add((Hub: this, Membership: membership, Group: group, Gate: gate, node.Inbox), static (batch, join) =>
        {
            var (hub, connection) = (join.Hub, join.Membership.Connection);
            var mark = new OutgoingMessage
            {
                Kind = TargetKind.Mark,
                Target = join.Group,
                DataType = DataType.Binary,
                Data = [],
                Size = 0, // It takes nothing of the budget, so it is always let in.
                FromConnectionId = connection.Id,
                Inbox = join.Inbox,
            };
            batch.AddMessage(mark, join.Inbox, new MarkCompletion(hub, join.Membership, join.Gate));
            if (connection.Session is { } session)
            {
                var joined = new SessionCompletion(hub, connection, join.Gate.Joined);
                batch.AddSession("j", connection.Id, joined, session.Generation, join.Group, batch.Places - 1);
            }
        });
    }

    /// <summary>The mark has come out of the inbox; the caller holds the lock.</summary>
    private void Activate(IncomingMessage mark)
    {
        if (_connections.TryGetValue(mark.FromConnectionId!, out var connection)
            && connection.Groups.TryGetValue(mark.Target, out var membership))
        {
            membership.From = Math.Min(membership.From, mark.Offset);
        }
    }

    private void OnMarked(Membership membership, in OperationResult result)
    {
        lock (_sync)
        {
            if (result.Taken)
            {
                membership.From = Math.Min(membership.From, result.Offset);
            }
            else
            {
                Undo(membership);
                if (membership.Connection.Session is { IsLost: false } session)
                {
                    // Redis may have taken it all the same.
                    var group = membership.Set.Name[InterestSet.GroupPrefix.Length..];
                    Pipeline.Add((membership.Connection.Id, session.Generation, Group: group), static (batch, undo) =>
                        batch.AddSession("l", undo.Id, UnheededCompletion.Instance, undo.Generation, undo.Group, 0));
                }
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
        public void Completed(in OperationResult result)
        {
            hub.OnMarked(membership, result);
            gate.Joined(result.Taken);
        }
    }
}
