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
        Assert.True(_cursor.Follows(Inbox, Head(first: 500, number: 17)));
    }

    [Fact]
    public void A_payload_follows_the_one_before_it_and_no_other()
    {
        Enter(Head(first: 100, number: 1), places: 3);
        Assert.Equal(102, _cursor.Offset);

        Assert.True(_cursor.Follows(Inbox, Head(first: 200, number: 2))); // Offsets between are of messages for other nodes.
        Assert.False(_cursor.Follows(Inbox, Head(first: 103, number: 3)));
        Assert.False(_cursor.Follows(Inbox, Head(first: 100, number: 1)));
        Assert.False(_cursor.Follows("node.1", Head(first: 103, number: 2)));
        Assert.False(_cursor.Follows(Inbox, Head(first: 103, number: 2, epoch: 2)));
    }

    /// <summary>Redis had said where the hub was when the node's interest was entered: the first payload after that can only be the first.</summary>
    [Fact]
    public void An_inbox_begins_with_its_first_payload()
    {
        _cursor.Begin(50, epoch: 1);

        Assert.Equal(50, _cursor.Offset);
        Assert.True(_cursor.Follows(Inbox, Head(first: 60, number: 1)));
        Assert.False(_cursor.Follows(Inbox, Head(first: 60, number: 2)));

        // Redis has lost how many there were, and may have lost what was before this one.
        Assert.False(_cursor.Follows(Inbox, Head(first: 1_060, number: 1, epoch: 2)));
    }

    [Fact]
    public void A_message_passes_once_wherever_it_comes_from()
    {
        Assert.Equal([true, true, true], Enter(Head(first: 100, number: 1), places: 3));
        Assert.Equal([false, false, false], Enter(Head(first: 100, number: 2), places: 3));

        // The log's entry begins before what is missing.
        Assert.Equal([false, false, true, true], Enter(Head(first: 101, number: 3), places: 4));
        Assert.Equal(104, _cursor.Offset);
    }

    [Fact]
    public void What_a_payload_leaves_out_is_not_for_the_node()
    {
        var head = Head(first: 100, number: 1);
        _cursor.Enter(Inbox, head);
        Assert.Equal(99, _cursor.Offset);

        Assert.True(_cursor.TryPass(head, place: 5));
        Assert.Equal(105, _cursor.Offset);
        Assert.False(_cursor.TryPass(head, place: 4));
    }

    [Fact]
    public void The_place_never_goes_back()
    {
        _cursor.Advance(70);
        _cursor.Advance(60);
        _cursor.Enter(Inbox, Head(first: 10, number: 1));

        Assert.Equal(70, _cursor.Offset);
    }

    /// <summary>Redis had taken offsets 100 to 104 and has lost them; the node had seen those up to 102.</summary>
    [Fact]
    public void What_is_sent_again_in_a_new_epoch_passes_only_if_it_was_not_seen_in_the_last()
    {
        Enter(Head(first: 100, number: 1), places: 3);

        var again = new BatchHead(First: 10_000, OriginalFirst: 100, Epoch: 2, Number: 1);
        Assert.Equal([false, false, false, true, true], Enter(again, places: 5));
        Assert.Equal(10_004, _cursor.Offset);

        // What is new passes, whatever its offset.
        Assert.Equal([true], Enter(Head(first: 10_005, number: 2, epoch: 2), places: 1));
    }

    [Fact]
    public void The_end_of_the_last_epoch_is_where_the_node_was_when_it_saw_the_new_one()
    {
        Enter(Head(first: 100, number: 1), places: 3);
        Enter(Head(first: 10_000, number: 1, epoch: 2), places: 2);

        // A node that comes to it later sends its part again.
        Assert.Equal([false, true], Enter(new BatchHead(First: 10_002, OriginalFirst: 102, Epoch: 2, Number: 2), places: 2));
    }

    private static BatchHead Head(long first, long number, long epoch = 1) => new(first, OriginalFirst: 0, epoch, number);

    /// <summary>Enters a payload; what each of its messages does.</summary>
    private List<bool> Enter(BatchHead head, int places)
    {
        _cursor.Enter(Inbox, head);
        return [.. Enumerable.Range(0, places).Select(place => _cursor.TryPass(head, place))];
    }
}
