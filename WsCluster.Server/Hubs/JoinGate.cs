namespace WsCluster.Server.Hubs;

/// <summary>
/// A join that is under way. It has one or two parts: Redis must know of the node's interest in the group, unless it does, and must
/// have taken the mark from which on the member gets messages.
/// </summary>
internal sealed class JoinGate(int parts) : IJoinCompletion
{
    private readonly Lock _gate = new();
    private readonly List<IJoinCompletion> _waiting = [];
    private int _left = parts;
    private bool _failed;

    /// <summary>Waits with the others; false when the join is over.</summary>
    public bool TryWait(IJoinCompletion completion)
    {
        lock (_gate)
        {
            if (_left == 0)
            {
                return false;
            }

            _waiting.Add(completion);
            return true;
        }
    }

    /// <summary>One part is done.</summary>
    public void Joined(bool success)
    {
        lock (_gate)
        {
            _failed |= !success;
            if (--_left > 0)
            {
                return;
            }
        }

        foreach (var completion in _waiting)
        {
            completion.Joined(!_failed);
        }
    }
}
