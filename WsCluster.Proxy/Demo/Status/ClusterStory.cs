using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Proxy.Demo.Status;

/// <summary>
/// Tells what happened between two reads of the registry. Knows what it was shown and nothing else; whoever was there at the first
/// read is no news.
/// </summary>
/// <param name="lease">
/// How long leases last. After an outage of Redis, or when it came back empty, nobody holds one until all have renewed theirs: for that
/// long nobody is taken for dead.
/// </param>
internal sealed class ClusterStory(TimeSpan lease)
{
    private readonly Dictionary<string, Death> _dead = [];
    private Dictionary<string, LiveNode> _alive = [];
    private DateTimeOffset _patientUntil = DateTimeOffset.MinValue;
    private bool _begun;
    private bool _redisLost;

    /// <summary>Nodes that count as alive; one that is given time after an outage has nothing left of its lease.</summary>
    public IEnumerable<LiveNode> Nodes => _alive.Values.OrderBy(live => live.Node.StartedAt).ThenBy(live => live.Node.NodeId, StringComparer.Ordinal);

    /// <summary>Takes in a read of the registry.</summary>
    public IReadOnlyList<StoryEvent> Read(ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var live = Latest(snapshot);
        if (!_begun)
        {
            (_begun, _alive) = (true, live);
            return [];
        }

        List<StoryEvent> story = [];
        if (_redisLost)
        {
            _redisLost = false;
            _patientUntil = now + lease;
            Tell(story, now, StoryKind.RedisBack);
        }
        else if (snapshot is { Nodes.IsEmpty: true, Expired.IsEmpty: true, Claimed.IsEmpty: true } && _alive.Values.Any(node => !IsDraining(node)))
        {
            _patientUntil = _patientUntil > now ? _patientUntil : now + lease; // Nobody left a trace: Redis has lost its data.
        }

        var before = _alive;
        _alive = live;
        TellOfTheMissing(story, snapshot, before, now);
        TellOfTheDead(story, snapshot, now);
        TellOfTheLiving(story, before, live, now);
        return story;
    }

    /// <summary>Takes in that Redis did not answer.</summary>
    public IReadOnlyList<StoryEvent> Missed(DateTimeOffset now)
    {
        if (_redisLost || !_begun)
        {
            return [];
        }

        List<StoryEvent> story = [];
        _redisLost = true;
        Tell(story, now, StoryKind.RedisLost);
        return story;
    }

    private void TellOfTheMissing(List<StoryEvent> story, ClusterSnapshot snapshot, Dictionary<string, LiveNode> before, DateTimeOffset now)
    {
        foreach (var (inbox, live) in before)
        {
            if (IsAlive(live.Node.NodeId))
            {
                continue; // Perhaps under its next generation.
            }

            var claimant = snapshot.Claimed.GetValueOrDefault(inbox);
            if (claimant == inbox || (claimant is null && IsDraining(live) && !snapshot.Expired.Contains(inbox)))
            {
                Tell(story, now, StoryKind.Left, live.Node);
                _dead[inbox] = new Death(live.Node, inbox);
            }
            else if (claimant is null && now < _patientUntil)
            {
                _alive[inbox] = live with { LeaseRemaining = TimeSpan.Zero };
            }
            else
            {
                Tell(story, now, StoryKind.Died, live.Node);
                _dead[inbox] = new Death(live.Node, null);
            }
        }
    }

    /// <summary>Who left cleans up after itself, which is no news; that another node had to do it is.</summary>
    private void TellOfTheDead(List<StoryEvent> story, ClusterSnapshot snapshot, DateTimeOffset now)
    {
        foreach (var (inbox, death) in _dead.ToArray())
        {
            if (IsAlive(death.Node.NodeId))
            {
                _dead.Remove(inbox); // It only slept.
            }
            else if (snapshot.Claimed.TryGetValue(inbox, out var claimant))
            {
                if (claimant != death.Claimant)
                {
                    _dead[inbox] = death with { Claimant = claimant };
                    Tell(story, now, StoryKind.Claimed, death.Node, claimant);
                }
            }
            else if (!snapshot.Expired.Contains(inbox))
            {
                _dead.Remove(inbox);
                if (death.Claimant != inbox)
                {
                    Tell(story, now, StoryKind.Cleaned, death.Node, death.Claimant);
                }
            }
        }
    }

    private static void TellOfTheLiving(
        List<StoryEvent> story, Dictionary<string, LiveNode> before, Dictionary<string, LiveNode> live, DateTimeOffset now)
    {
        foreach (var (inbox, current) in live)
        {
            var node = current.Node;
            var known = before.GetValueOrDefault(inbox) ?? before.Values.FirstOrDefault(earlier => earlier.Node.NodeId == node.NodeId);
            if (known is null)
            {
                Tell(story, now, StoryKind.Joined, node);
            }

            if (node.State != NodeState.Joining && node.State != known?.Node.State)
            {
                Tell(story, now, node.State == NodeState.Ready ? StoryKind.Ready : StoryKind.Draining, node);
            }
        }
    }

    private static void Tell(List<StoryEvent> story, DateTimeOffset now, StoryKind kind, NodeRecord? node = null, string? claimant = null) => story.Add(
        new StoryEvent(now.ToUnixTimeMilliseconds(), kind, node?.NodeId, node?.Address, claimant is null ? null : NodeRecord.NodeOf(claimant)));

    private bool IsAlive(string nodeId) => _alive.Values.Any(live => live.Node.NodeId == nodeId);

    private static bool IsDraining(LiveNode live) => live.Node.State == NodeState.Draining;

    /// <summary>By inbox; of a node that is there under two generations, the later one speaks for it.</summary>
    private static Dictionary<string, LiveNode> Latest(ClusterSnapshot snapshot) => snapshot.Nodes
        .Where(live => !string.IsNullOrEmpty(live.Node.NodeId))
        .GroupBy(live => live.Node.NodeId)
        .Select(generations => generations.MaxBy(live => live.Node.Generation)!)
        .ToDictionary(live => live.Node.Inbox);

    /// <param name="Node">The node.</param>
    /// <param name="Claimant">Inbox of whoever cleans up; its own if it left.</param>
    private sealed record Death(NodeRecord Node, string? Claimant);
}
