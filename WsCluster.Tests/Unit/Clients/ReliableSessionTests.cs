using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>How far a reliable client is, and how much it may leave without acknowledgement.</summary>
public sealed class ReliableSessionTests
{
    /// <summary>Acks are noticed in steps of so many messages, which makes the bound a little fuzzy.</summary>
    private const int Fuzz = 16;

    private static readonly byte[] Frame = [1];

    [Fact]
    public void A_client_is_where_it_began_until_it_acknowledges_what_it_got()
    {
        var session = Live(position: 100);
        Assert.Equal(100, session.Position);
        Assert.True(session.HasEverything);

        session.Deliver(110, 1);
        session.Deliver(120, 1);
        Assert.False(session.HasEverything);

        session.Acknowledge(110);
        Assert.Equal(110, session.Position);
        Assert.False(session.HasEverything);
        session.Acknowledge(120);
        Assert.True(session.HasEverything);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(121)]
    public void What_it_cannot_have_got_it_cannot_acknowledge(long ack)
    {
        var session = Live(position: 100);
        session.Deliver(120, 1);

        session.Acknowledge(ack);

        Assert.Equal(120, session.Position);
        session.Deliver(130, 1);
        Assert.False(session.HasEverything);
        Assert.Equal(120, session.Position);
    }

    [Fact]
    public void An_ack_never_goes_back()
    {
        var session = Live(position: 100);
        session.Deliver(120, 1);
        session.Acknowledge(120);

        session.Acknowledge(110);
        session.Acknowledge(-1);

        Assert.Equal(120, session.Position);
    }

    [Fact]
    public void Who_acknowledges_nothing_may_get_the_bound_and_no_more()
    {
        var session = Live(messages: 100);

        Assert.Equal(100, DeliverUntilFull(session));
    }

    [Fact]
    public void Bytes_are_bounded_like_messages()
    {
        var session = Live(messages: 1_000, bytes: 10_000);

        Assert.Equal(10, DeliverUntilFull(session, size: 1_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(80)]
    public void Who_keeps_up_is_never_full(int every)
    {
        var session = Live(messages: 100);
        for (var offset = 1L; offset <= 10_000; offset++)
        {
            session.Deliver(offset, 1);
            Assert.False(IsFull(session), $"{offset}");
            if (offset % every == 0)
            {
                session.Acknowledge(offset);
            }
        }
    }

    /// <summary>A few large messages are as much as many small ones.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Who_keeps_up_with_large_messages_is_never_full(int every)
    {
        var session = Live(messages: 1_000, bytes: 10_000);
        for (var offset = 1L; offset <= 1_000; offset++)
        {
            session.Deliver(offset, 1_000);
            Assert.False(IsFull(session), $"{offset}");
            if (offset % every == 0)
            {
                session.Acknowledge(offset);
            }
        }
    }

    /// <summary>When the node is busy, what the client has acknowledged long ago may not have been read yet.</summary>
    [Fact]
    public void An_ack_that_comes_a_little_late_is_in_time()
    {
        var (session, time) = (Live(messages: 100), new ManualTime());
        for (var offset = 1L; offset <= 1_000; offset++)
        {
            session.Deliver(offset, 1);
            if (offset % 200 == 0)
            {
                Assert.False(session.IsOverdue(time), $"{offset}");
                time.Advance(TimeSpan.FromSeconds(0.9));
                Assert.False(session.IsOverdue(time), $"{offset}");
                session.Acknowledge(offset);
                Assert.False(session.IsOverdue(time), $"{offset}");
            }
        }

        for (var offset = 1_001L; offset <= 1_200; offset++)
        {
            session.Deliver(offset, 1);
        }

        Assert.False(session.IsOverdue(time));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(session.IsOverdue(time));
    }

    [Fact]
    public void An_ack_makes_room_for_as_much_as_it_acknowledges()
    {
        var session = Live(messages: 100);
        for (var offset = 1L; offset <= 90; offset++)
        {
            session.Deliver(offset, 1);
        }

        session.Acknowledge(50);

        Assert.InRange(DeliverUntilFull(session, first: 91), 60 - Fuzz, 60);
    }

    [Fact]
    public void What_is_read_from_the_log_does_not_count()
    {
        var session = Live(messages: 100, position: 100);
        for (var offset = 101L; offset <= 1_000; offset++)
        {
            session.Replay(offset);
        }

        Assert.False(session.HasEverything);
        session.Acknowledge(500); // It can, since it got it.
        Assert.Equal(500, session.Position);
        Assert.Equal(100, DeliverUntilFull(session, first: 1_001));
    }

    [Fact]
    public void Until_it_goes_live_messages_are_held()
    {
        var session = New(messages: 100);
        Assert.False(session.IsLive);
        Assert.True(session.TryHold(1, [1]));
        Assert.True(session.TryHold(3, [3]));

        var held = session.GoLive(floor: 0);

        Assert.Equal([(1, 1), (3, 3)], held.Select(message => ((int)message.Offset, (int)message.Frame[0])));
        Assert.True(session.IsLive);
        Assert.Empty(session.GoLive(floor: 0));
    }

    /// <summary>The inbox may lag behind the log, from which the client has got it.</summary>
    [Fact]
    public void What_was_sent_from_the_log_is_known_when_it_comes_through_the_inbox()
    {
        var session = New(position: 100);
        Assert.True(session.Has(100));
        Assert.False(session.Has(101));

        session.GoLive(floor: 150);

        Assert.True(session.Has(150));
        Assert.False(session.Has(151));
    }

    [Fact]
    public void Not_more_is_held_than_may_be_unacknowledged()
    {
        var session = New(messages: 100);
        for (var offset = 1; offset <= 100; offset++)
        {
            Assert.True(session.TryHold(offset, Frame));
        }

        Assert.False(session.TryHold(101, Frame));
    }

    [Fact]
    public void Not_more_bytes_are_held_than_may_be_unacknowledged()
    {
        var session = New(messages: 1_000, bytes: 10_000);
        var held = 0;
        while (held < 1_000 && session.TryHold(held + 1, new byte[1_000]))
        {
            held++;
        }

        Assert.Equal(10, held);
    }

    private static ReliableSession New(int messages = 1_000, long bytes = 1_000_000, long position = 0) =>
        new("token", generation: 1, position, new NodeOptions { MaxUnackedMessages = messages, MaxUnackedBytes = bytes });

    private static ReliableSession Live(int messages = 1_000, long bytes = 1_000_000, long position = 0)
    {
        var session = New(messages, bytes, position);
        session.GoLive(floor: 0);
        return session;
    }

    private static int DeliverUntilFull(ReliableSession session, long first = 1, int size = 1)
    {
        var count = 0;
        session.Deliver(first, size);
        while (count < 10_000 && !IsFull(session))
        {
            count++;
            session.Deliver(first + count, size);
        }

        return count;
    }

    private static bool IsFull(ReliableSession session)
    {
        var time = new ManualTime();
        session.IsOverdue(time);
        time.Advance(TimeSpan.FromMinutes(1));
        return session.IsOverdue(time);
    }
}
