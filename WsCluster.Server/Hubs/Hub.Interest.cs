namespace WsCluster.Server.Hubs;

/// <summary>What Redis knows of this node's interest in the hub.</summary>
internal sealed partial class Hub
{
    /// <summary>
    /// Sets of which nobody knows whether Redis has this node in them, because an operation failed. <see cref="Sweep"/> settles them.
    /// </summary>
    private readonly HashSet<string> _unsure = new(StringComparer.Ordinal);

    /// <summary>Sets without members whose interest stays a little, in case somebody comes back.</summary>
    private readonly HashSet<LocalSet> _lingering = [];

    /// <summary>
    /// Tells Redis that nobody is left in sets that have been empty for <paramref name="linger"/>, and tries again what failed
    /// before. Called once a heartbeat.
    /// </summary>
    public void Sweep(TimeSpan linger)
    {
        Pipeline.Sweep();
        lock (_sync)
        {
            SweepSessions();
            _lingering.RemoveWhere(set =>
            {
                if (set.Count > 0)
                {
                    return true;
                }

                if (set.Registering is not null || time.GetElapsedTime(set.EmptySince) < linger)
                {
                    return false;
                }

                Drop(set);
                return true;
            });

            foreach (var name in _unsure.ToArray())
            {
                _unsure.Remove(name);
                if (_sets.TryGetValue(name, out var set))
                {
                    Register(set, join: null);
                }
                else
                {
                    Pipeline.SetInterest(name, interested: false, new DropCompletion(this, name));
                }
            }
        }
    }

    /// <summary>Enters all sets and sessions under the inbox that the node has now, as far as they are not.</summary>
    /// <returns>Whether Redis has them all.</returns>
    public async Task<bool> RegisterAllAsync()
    {
        List<Task<bool>> registrations = [];
        lock (_sync)
        {
            registrations.AddRange(ClaimSessions());
            foreach (var set in _sets.Values.Where(set => !IsRegistered(set)))
            {
                var join = new JoinAwaiter();
                registrations.Add(join.Task);
                Register(set, new PendingJoin(join, Added: null));
            }
        }

        return (await Task.WhenAll(registrations)).All(success => success);
    }

    /// <summary>Redis may have lost anything that was entered: enters it again. What was missed meanwhile is in the log then.</summary>
    public void OnNewEpoch()
    {
        lock (_sync)
        {
            foreach (var set in _sets.Values)
            {
                set.RegisteredInbox = null;
                Register(set, join: null);
            }

            ClaimSessions();
        }

        Probe();
    }

    /// <summary>Asks Redis to add this node, unless that is under way; the caller holds the lock.</summary>
    private void Register(LocalSet set, PendingJoin? join)
    {
        if (set.Registering is null)
        {
            set.Registering = [];
            Pipeline.SetInterest(set.Name, interested: true, new RegisterCompletion(this, set));
        }

        if (join is { } waiting)
        {
            set.Registering.Add(waiting);
        }
    }

    private void OnRegistered(LocalSet set, in OperationResult result)
    {
        List<PendingJoin> joins;
        var success = result.Taken;
        lock (_sync)
        {
            if (success && _cursor.Offset == 0)
            {
                _cursor.Begin(result.Offset, Pipeline.CallEpoch);
                Probe();
            }

            joins = set.Registering!;
            set.Registering = null;
            set.RegisteredInbox = success ? Pipeline.CallInbox : null;
            if (success && !IsRegistered(set))
            {
                // The node has changed its inbox while the call was under way.
                Register(set, join: null);
                set.Registering!.AddRange(joins);
                return;
            }

            if (!success)
            {
                _unsure.Add(set.Name);
                foreach (var added in joins.Select(join => join.Added).OfType<Membership>())
                {
                    Undo(added);
                }
            }

            if (set.Count == 0)
            {
                OnEmpty(set);
            }
        }

        foreach (var join in joins)
        {
            join.Completion.Joined(success);
        }
    }

    /// <summary>The caller holds the lock.</summary>
    private void OnEmpty(LocalSet set)
    {
        if (set.Registering is not null)
        {
            return; // OnRegistered looks again.
        }

        // Whether a user is connected is asked for (an error for the sender if not), so users don't linger.
        if (set.Name.StartsWith(InterestSet.UserPrefix, StringComparison.Ordinal))
        {
            Drop(set);
        }
        else
        {
            _lingering.Add(set);
        }
    }

    private void Drop(LocalSet set)
    {
        // By now the name may belong to a newer set, with members.
        if (_sets.TryGetValue(set.Name, out var current) && current == set)
        {
            _sets.Remove(set.Name);
            Pipeline.SetInterest(set.Name, interested: false, new DropCompletion(this, set.Name));
        }
    }

    private void MarkUnsure(string name)
    {
        lock (_sync)
        {
            _unsure.Add(name);
        }
    }

    private sealed class RegisterCompletion(Hub hub, LocalSet set) : IPipelineCompletion
    {
        public void Completed(in OperationResult result) => hub.OnRegistered(set, result);
    }

    private sealed class DropCompletion(Hub hub, string name) : IPipelineCompletion
    {
        public void Completed(in OperationResult result)
        {
            if (!result.Taken)
            {
                hub.MarkUnsure(name);
            }
        }
    }
}
