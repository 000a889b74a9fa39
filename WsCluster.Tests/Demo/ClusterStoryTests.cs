using System.Collections.Immutable;
using WsCluster.Proxy.Demo.Status;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Demo;

/// <summary>What is told of a sequence of reads; each node is at http://{id}:8080.</summary>
public sealed class ClusterStoryTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly ClusterStory _story = new(Lease);
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);

    [Fact]
    public void Who_was_there_first_is_no_news()
    {
        Assert.Empty(Read(["a", "b"]));
        Assert.Empty(Read(["a", "b"]));
        Assert.Equal(["a", "b"], Nodes());
    }

    [Fact]
    public void A_node_comes_works_and_goes_in_order()
    {
        Read(["a"]);

        Assert.Equal(["joined b"], Read([Node("a"), Node("b", NodeState.Joining)]));
        Assert.Equal(["ready b"], Read(["a", "b"]));
        Assert.Equal(["draining b"], Read([Node("a"), Node("b", NodeState.Draining)]));
        Assert.Equal(["left b"], Read(["a"], claimed: [("b.0", "b.0")]));
        Assert.Empty(Read(["a"]));
    }

    [Fact]
    public void A_node_that_is_ready_when_it_is_first_seen_both_joined_and_is_ready()
    {
        Read(["a"]);

        Assert.Equal(["joined b", "ready b"], Read(["a", "b"]));
    }

    [Fact]
    public void A_node_dies_and_another_cleans_up()
    {
        Read(["a", "b"]);

        Assert.Equal(["died b"], Read(["a"], expired: ["b.0"]));
        Assert.Empty(Read(["a"], expired: ["b.0"]));
        Assert.Equal(["claimed b by a"], Read(["a"], claimed: [("b.0", "a.3")]));
        Assert.Empty(Read(["a"], claimed: [("b.0", "a.3")]));
        Assert.Equal(["cleaned b by a"], Read(["a"]));
        Assert.Empty(Read(["a"]));
    }

    [Fact]
    public void What_happened_between_two_reads_is_told_at_once()
    {
        Read(["a", "b", "c"]);

        Assert.Equal(["died b", "claimed b by a"], Read(["a", "c"], claimed: [("b.0", "a.0")]));
        Assert.Equal(["died c", "cleaned b by a", "cleaned c"], Read(["a"]));
    }

    [Fact]
    public void A_claim_that_was_not_finished_is_told_anew()
    {
        Read(["a", "b", "c"]);
        Read(["a", "b"], claimed: [("c.0", "a.0")]);

        Assert.Empty(Read(["a", "b"], expired: ["c.0"]));
        Assert.Equal(["claimed c by b"], Read(["a", "b"], claimed: [("c.0", "b.0")]));
        Assert.Equal(["cleaned c by b"], Read(["a", "b"]));
    }

    [Fact]
    public void A_node_that_left_without_cleaning_up_is_cleaned_up_after()
    {
        Read(["a", "b"]);
        Assert.Equal(["left b"], Read(["a"], claimed: [("b.0", "b.0")]));

        Assert.Empty(Read(["a"], expired: ["b.0"]));
        Assert.Equal(["claimed b by a"], Read(["a"], claimed: [("b.0", "a.0")]));
        Assert.Equal(["cleaned b by a"], Read(["a"]));
    }

    [Fact]
    public void A_node_that_drained_and_is_gone_without_a_trace_has_left()
    {
        Read([Node("a"), Node("b", NodeState.Draining)]);

        Assert.Equal(["left b"], Read(["a"]));
    }

    [Fact]
    public void A_node_that_drains_and_dies_has_died()
    {
        Read([Node("a"), Node("b", NodeState.Draining)]);

        Assert.Equal(["died b"], Read(["a"], expired: ["b.0"]));
    }

    [Fact]
    public void A_node_that_only_slept_comes_back_and_its_old_life_is_no_news()
    {
        Read(["a", "b"]);
        Read(["a"], expired: ["b.0"]);

        Assert.Equal(["joined b"], Read([Node("a"), Node("b", NodeState.Joining, 1)], claimed: [("b.0", "a.0")]));
        Assert.Equal(["ready b"], Read([Node("a"), Node("b", generation: 1)]));
        Assert.Equal(["a", "b"], Nodes());
    }

    [Fact]
    public void A_node_that_renewed_too_late_but_unclaimed_is_back()
    {
        Read(["a", "b"]);
        Read(["a"], expired: ["b.0"]);

        Assert.Equal(["joined b", "ready b"], Read(["a", "b"]));
        Assert.Equal(["died b"], Read(["a"], expired: ["b.0"]));
    }

    [Fact]
    public void A_generation_that_replaced_another_is_the_same_node()
    {
        Read(["a", "b"]);

        Assert.Empty(Read([Node("a"), Node("b"), Node("b", generation: 1)]));
        Assert.Empty(Read([Node("a"), Node("b", generation: 1)], expired: ["b.0"]));
        Assert.Equal(["a", "b"], Nodes());
    }

    [Fact]
    public void Redis_is_lost_and_back_once()
    {
        Read(["a"]);

        Assert.Equal(["redis-lost"], Short(_story.Missed(_now)));
        Assert.Empty(_story.Missed(_now));
        Assert.Equal(["redis-back"], Read(["a"]));
        Assert.Empty(Read(["a"]));
    }

    [Fact]
    public void Redis_that_was_never_there_was_not_lost()
    {
        Assert.Empty(_story.Missed(_now));
        Assert.Empty(Read(["a"]));
    }

    [Fact]
    public void After_an_outage_nodes_have_a_lease_of_time_to_renew_theirs()
    {
        Read(["a", "b", "c"]);
        _story.Missed(_now);

        Assert.Equal(["redis-back"], Read(Array.Empty<string>(), expired: ["a.0", "b.0", "c.0"]));
        Assert.Equal(["a", "b", "c"], Nodes());
        Assert.All(_story.Nodes, live => Assert.Equal(TimeSpan.Zero, live.LeaseRemaining));
        Assert.Empty(Read(["a"], expired: ["b.0", "c.0"]));
        Assert.Equal(["died b", "claimed b by a"], Read(["a"], expired: ["c.0"], claimed: [("b.0", "a.0")]));

        _now += Lease;
        Assert.Equal(["died c", "cleaned b by a"], Read(["a"], expired: ["c.0"]));
        Assert.Equal(["a"], Nodes());
    }

    [Fact]
    public void A_registry_that_is_suddenly_empty_was_lost_with_what_Redis_knew()
    {
        Read(["a", "b"]);

        Assert.Empty(Read(Array.Empty<string>()));
        Assert.Equal(["a", "b"], Nodes());
        Assert.Empty(Read([Node("a", NodeState.Joining, 1)]));
        Assert.Equal(["ready a"], Read([Node("a", generation: 1)]));

        _now += Lease;
        Assert.Equal(["died b", "cleaned b"], Read([Node("a", generation: 1)]));
    }

    [Fact]
    public void Records_that_are_none_of_ours_are_left_out()
    {
        Read(["a"]);

        Assert.Empty(Read([Node("a"), Node(null!)]));
    }

    [Fact]
    public void An_event_says_when_and_of_whom()
    {
        Read(["a"]);

        var told = _story.Read(Snapshot([Node("a"), Node("b")]), _now)[0];

        Assert.Equal(new StoryEvent(_now.ToUnixTimeMilliseconds(), StoryKind.Joined, "b", "http://b:8080"), told);
    }

    private IEnumerable<string> Nodes() => _story.Nodes.Select(live => live.Node.NodeId);

    private IEnumerable<string> Read(string[] nodes, string[]? expired = null, (string Inbox, string By)[]? claimed = null) =>
        Read([.. nodes.Select(id => Node(id))], expired, claimed);

    private IEnumerable<string> Read(NodeRecord[] nodes, string[]? expired = null, (string Inbox, string By)[]? claimed = null) =>
        Short(_story.Read(Snapshot(nodes, expired, claimed), _now));

    private static NodeRecord Node(string id, NodeState state = NodeState.Ready, int generation = 0) => Registry.Node(id, generation) with { State = state };

    private static ClusterSnapshot Snapshot(NodeRecord[] nodes, string[]? expired = null, (string Inbox, string By)[]? claimed = null) =>
        new([.. nodes.Select(node => new LiveNode(node, Lease))], [.. expired ?? []])
        {
            Claimed = (claimed ?? []).ToImmutableDictionary(claim => claim.Inbox, claim => claim.By),
        };

    /// <summary>For example <c>claimed b by a</c>; the names of the kinds are those in JSON, more or less.</summary>
    private static IEnumerable<string> Short(IReadOnlyList<StoryEvent> story) => story.Select(told =>
    {
        var kind = told.Kind switch
        {
            StoryKind.RedisLost => "redis-lost",
            StoryKind.RedisBack => "redis-back",
            var other => other.ToString().ToLowerInvariant(),
        };
        return kind + (told.NodeId is null ? "" : " " + told.NodeId) + (told.By is null ? "" : " by " + told.By);
    });
}
