using WsCluster.LoadTest.Chaos.Model;

namespace WsCluster.Tests.LoadTest.Chaos;

/// <summary>What the model says of deliveries that are right, and of each way in which they can be wrong.</summary>
public sealed class DeliveryModelTests
{
    private readonly DeliveryModel _model = new();
    private readonly ClientRecord _sender;
    private readonly ClientRecord _member;
    private readonly ClientRecord _outsider;
    private int _now;

    public DeliveryModelTests()
    {
        (_sender, _member, _outsider) = (Connect("sender"), Connect("member", "g"), Connect("outsider"));
        _model.Joined(_member, "g", Now());
    }

    [Fact]
    public void Right_deliveries_are_right()
    {
        foreach (var target in new[] { Target.Group("g"), Target.User("user of member"), Target.Connection("member 1") })
        {
            Receive(_member, Acked(target), 1);
            Receive(_member, Acked(target), 2);
        }

        Assert.Empty(_model.Check());
    }

    [Fact]
    public void An_acknowledged_message_that_does_not_come_is_lost()
    {
        var message = Acked(Target.Group("g"));
        Assert.Equal(1, _model.CountMissing());
        Assert.Equal(new Offence(OffenceKind.Lost, message, _member), Assert.Single(_model.Check()));
    }

    [Fact]
    public void What_nobody_acknowledged_need_not_come_but_not_twice_either()
    {
        var message = Send(Target.Group("g"));
        Assert.Empty(_model.Check());
        message.GivenUp("the session ended", Now());
        Receive(_member, message, 1);
        Assert.Empty(_model.Check());
        Receive(_member, message, 2);
        Assert.Equal(OffenceKind.Repeated, Assert.Single(_model.Check()).Kind);
    }

    [Fact]
    public void Who_joined_while_a_message_was_under_way_may_see_it_or_not()
    {
        _model.Joined(_outsider, "g", Now() + TimeSpan.FromSeconds(1));
        Receive(_member, Acked(Target.Group("g")), 1);
        Assert.DoesNotContain(_model.Check(), offence => offence.Kind == OffenceKind.Lost);
    }

    [Fact]
    public void A_session_that_ended_is_excused_from_what_was_to_come()
    {
        Receive(_member, Acked(Target.Group("g")), 1);
        Acked(Target.Group("g"));
        _model.SessionEnded(_member, Now());
        Assert.Empty(_model.Check());
    }

    [Fact]
    public void A_session_that_ended_is_not_excused_from_a_gap()
    {
        var (missed, last) = (Acked(Target.Group("g")), Acked(Target.Group("g")));
        var other = Connect("other", "g");
        Receive(other, missed, 1);
        Receive(_member, last, 2);
        _model.SessionEnded(_member, Now());
        Assert.Equal(new Offence(OffenceKind.Lost, missed, _member), Assert.Single(_model.Check()));
    }

    [Fact]
    public void A_new_session_sees_what_is_sent_after_its_joins()
    {
        _model.SessionEnded(_member, Now());
        Acked(Target.Group("g"));
        _model.SessionOpened(_member, "member 2", Now());
        Acked(Target.Connection("member 1"));
        _model.Joined(_member, "g", Now());
        var message = Acked(Target.Group("g"));
        Assert.Equal(new Offence(OffenceKind.Lost, message, _member), Assert.Single(_model.Check()));
    }

    [Fact]
    public void Later_before_earlier_is_reordered()
    {
        var (first, second) = (Acked(Target.Group("g")), Acked(Target.Group("g")));
        Receive(_member, second, 1);
        Receive(_member, first, 2);
        Assert.Equal(new Offence(OffenceKind.Reordered, first, _member), Assert.Single(_model.Check()));
    }

    [Fact]
    public void Order_counts_for_one_sender_and_one_target()
    {
        var (first, toUser, ofOther) = (Acked(Target.Group("g")), Acked(Target.User("user of member")), _model.Sent(_outsider, Target.Group("g"), Now()));
        Receive(_member, ofOther, 1);
        Receive(_member, toUser, 2);
        Receive(_member, first, 3);
        Assert.Empty(_model.Check());
    }

    [Fact]
    public void What_was_refused_and_sent_again_may_come_later()
    {
        var first = Send(Target.Group("g"));
        first.Refused("InternalServerError", Now());
        Receive(_member, Acked(Target.Group("g")), 1);
        first.Acked(Now());
        Receive(_member, first, 2);
        Assert.Empty(_model.Check());
    }

    [Fact]
    public void What_somebody_else_sees_is_misdirected()
    {
        var message = Acked(Target.Connection("member 1"));
        Receive(_member, message, 1);
        Receive(_outsider, message, 1);
        Assert.Equal(new Offence(OffenceKind.Misdirected, message, _outsider), Assert.Single(_model.Check()));
    }

    [Fact]
    public void What_nobody_sent_is_misdirected()
    {
        _model.Received(_member, 4711, 1, Now());
        Assert.Equal(OffenceKind.Misdirected, Assert.Single(_model.Check()).Kind);
    }

    [Fact]
    public void What_comes_again_in_the_next_round_is_repeated_and_what_was_given_up_may_come_late()
    {
        var (seen, given) = (Acked(Target.Group("g")), Send(Target.Group("g")));
        given.GivenUp("the session ended", Now());
        Receive(_member, seen, 1);
        _model.BeginRound();
        Receive(_member, given, 2);
        Assert.Empty(_model.Check());
        Receive(_member, seen, 3);
        Assert.Equal(new Offence(OffenceKind.Repeated, seen, _member), Assert.Single(_model.Check()));
    }

    [Fact]
    public void The_life_of_a_message_names_who_missed_it_and_what_the_servers_wrote()
    {
        Acked(Target.Group("g"));
        _member.Note("closed with 1006", Now());
        var life = MessageLife.Tell(_model.Check()[0], _model, ids => ids.Select(id => $"node-1 about {id}"));
        Assert.Contains("lost: message 1 to group g", life, StringComparison.Ordinal);
        Assert.Contains("not received by member", life, StringComparison.Ordinal);
        Assert.Contains("closed with 1006", life, StringComparison.Ordinal);
        Assert.Contains("node-1 about member 1", life, StringComparison.Ordinal);
    }

    private TimeSpan Now() => TimeSpan.FromMilliseconds(++_now);

    private ClientRecord Connect(string name, params string[] groups)
    {
        var client = _model.AddClient(name, $"user of {name}", groups);
        _model.SessionOpened(client, $"{name} 1", Now());
        return client;
    }

    private SentMessage Send(Target target) => _model.Sent(_sender, target, Now());

    private SentMessage Acked(Target target)
    {
        var message = Send(target);
        message.Acked(Now());
        return message;
    }

    private void Receive(ClientRecord client, SentMessage message, long sequenceId) => _model.Received(client, message.Id, sequenceId, Now());
}
