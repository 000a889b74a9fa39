using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

public sealed class HubCursorTests
{
    private const string Inbox = "node.0";

    private readonly HubCursor _cursor = new();

    [Fact]
    public void Where_nothing_is_known_anything_follows()
    {
        Assert.Equal(0, _cursor.Offset);
        Assert.True(_cursor.Follows(Inbox, 17, Head(first: 500)));
    }

    [Fact]
    public void A_payload_follows_the_one_before_it_and_no_other()
    {
        Enter(1, Head(first: 100), places: 3);
        Assert.Equal(102, _cursor.Offset);

        Assert.True(_cursor.Follows(Inbox, 2, Head(first: 200))); // Offsets between are of messages for other nodes.
        Assert.False(_cursor.Follows(Inbox, 3, Head(first: 103)));
        Assert.False(_cursor.Follows(Inbox, 1, Head(first: 100)));
        Assert.False(_cursor.Follows("node.1", 2, Head(first: 103)));
        Assert.False(_cursor.Follows(Inbox, 2, Head(first: 103, epoch: 2)));
    }

    /// <summary>Redis had said where the hub was when the node's interest was entered: the first payload after that can only be the first.</summary>
    [Fact]
    public void An_inbox_begins_with_its_first_payload()
    {
        _cursor.Begin(50, epoch: 1);

        Assert.Equal(50, _cursor.Offset);
        Assert.True(_cursor.Follows(Inbox, 1, Head(first: 60)));
        Assert.False(_cursor.Follows(Inbox, 2, Head(first: 60)));

        // Redis has lost how many there were, and may have lost what was before this one.
        Assert.False(_cursor.Follows(Inbox, 1, Head(first: 1_060, epoch: 2)));
    }

    [Fact]
    public void A_message_passes_once_wherever_it_comes_from()
    {
        Assert.Equal([true, true, true], Enter(1, Head(first: 100), places: 3));
        Assert.Equal([false, false, false], Enter(2, Head(first: 100), places: 3));

        // The log's entry begins before what is missing.
        Assert.Equal([false, false, true, true], Enter(3, Head(first: 101), places: 4));
        Assert.Equal(104, _cursor.Offset);
    }

    [Fact]
    public void What_a_payload_leaves_out_is_not_for_the_node()
    {
        _cursor.Enter(Inbox, 1, Head(first: 100));
        Assert.Equal(99, _cursor.Offset);

        Assert.True(_cursor.TryPass(105));
        Assert.Equal(105, _cursor.Offset);
        Assert.False(_cursor.TryPass(104));
    }

    [Fact]
    public void The_place_never_goes_back()
    {
        _cursor.Advance(70);
        _cursor.Advance(60);
        _cursor.Enter(Inbox, 1, Head(first: 10));

        Assert.Equal(70, _cursor.Offset);
    }

    /// <summary>Redis has lost both batches; the node had seen the first.</summary>
    [Fact]
    public void What_is_sent_again_in_a_new_epoch_passes_only_if_it_was_not_seen_in_the_last()
    {
        Enter(1, Head(first: 100, number: 7), places: 3);

        Assert.Equal([], Enter(1, Head(first: 10_000, number: 7, epoch: 2, original: 100), places: 3));
        Assert.Equal([true, true], Enter(2, Head(first: 10_003, number: 8, epoch: 2, original: 103), places: 2));
        Assert.Equal([true], Enter(3, Head(first: 10_005, number: 9, epoch: 2), places: 1));
    }

    /// <summary>Clients come to a node by calls of their own, before it hears of the epoch, or before it hears all of the last one.</summary>
    [Fact]
    public void An_epoch_begins_before_all_that_is_in_it_and_after_all_that_was_before()
    {
        const long Jump = 1 << 20;
        _cursor.Begin(50, epoch: 1);
        Enter(1, Head(first: 100), places: 3);

        Enter(1, Head(first: 150 + Jump, epoch: 2), places: 1); // The first since has offset 151 + Jump, or less.
        Assert.InRange(_cursor.EpochStart, 103 + (Jump / 4), 102 + Jump);

        Enter(2, Head(first: 200 + Jump, epoch: 2), places: 1);
        Enter(1, Head(first: 1000 + (2 * Jump), epoch: 3), places: 1);
        Assert.InRange(_cursor.EpochStart, 200 + Jump + (Jump / 4), 200 + (2 * Jump));
    }

    [Fact]
    public void Batches_are_known_by_who_sent_them()
    {
        Enter(1, Head(first: 100, number: 7), places: 1);

        Assert.Equal([true], Enter(1, Head(first: 10_000, number: 3, epoch: 2, original: 90, node: "other"), places: 1));
        Assert.Equal([], Enter(2, Head(first: 10_001, number: 7, epoch: 2, original: 100), places: 1));
    }

    /// <summary>Within an epoch the log is read more than once, and offsets alone say what is new.</summary>
    [Fact]
    public void In_the_same_epoch_a_batch_may_come_in_two_parts()
    {
        var head = Head(first: 100, number: 7);
        Assert.Equal([true, true], Enter(1, head, places: 2));
        Assert.Equal([false, false, true], Enter(2, head, places: 3));
    }

    [Fact]
    public void What_was_lost_twice_is_still_known()
    {
        Enter(1, Head(first: 100, number: 7), places: 1);
        Enter(1, Head(first: 10_000, number: 7, epoch: 2, original: 100), places: 1);

        Assert.Equal([], Enter(1, Head(first: 20_000, number: 7, epoch: 3, original: 10_000), places: 1));
    }

    private static BatchHead Head(long first, long number = 1, long epoch = 1, long original = 0, string node = "node") => new(first, original, epoch, number, node);

    /// <summary>Enters a payload; what each of its messages does, if the batch is handled at all.</summary>
    private List<bool> Enter(long payload, BatchHead head, int places)
    {
        _cursor.Enter(Inbox, payload, head);
        return _cursor.TryBegin(head) ? [.. Enumerable.Range(0, places).Select(place => _cursor.TryPass(head.First + place))] : [];
    }
}
