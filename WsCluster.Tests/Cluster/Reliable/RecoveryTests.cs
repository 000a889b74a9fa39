using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Reliable;

/// <summary>Reliable clients lose their connections and come back to their sessions, on any node.</summary>
public abstract class RecoveryTests(ClusterFixture fixture) : ClusterProcessTest(fixture)
{
    [Fact]
    public async Task Messages_have_sequenceIds_that_grow_and_are_the_same_for_everybody()
    {
        var (one, other) = (await ConnectReliableAsync(Cluster.Nodes[0], Hub, "u", groups: ["g"]), await ConnectReliableAsync(Cluster.Nodes[1], Hub, "u", groups: ["g"]));
        var plain = await ConnectAsync(2, "u", groups: ["g"]);
        await plain.SendToGroupAsync("g", "1").Succeeds();
        await plain.SendToUserAsync("u", "2").Succeeds();
        await plain.BroadcastAsync("3").Succeeds();

        await one.AssertReceivedAsync("1", "2", "3");
        await other.AssertReceivedAsync("1", "2", "3");
        Assert.Equal(one.Messages.Items.Select(message => message.SequenceId), other.Messages.Items.Select(message => message.SequenceId));
        Assert.All(await plain.Messages.WaitForCountAsync(3), message => Assert.Null(message.SequenceId));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_is_sent_while_a_client_is_away_arrives_once_and_in_order(int node)
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub, "u", groups: ["token"]);
        await client.Socket.JoinAsync("joined").Succeeds();
        var sender = await ConnectAsync(2);
        await SendToAllAsync("before");
        await client.Messages.WaitForAsync(message => message.Text == "before hub", "what was sent before");

        client.Abort();
        await Eventually.True(async () => await IsDetachedAsync(client), "the session waits for its client");
        await SendToAllAsync("away");
        await client.RecoverAsync(Cluster.Nodes[node]);
        await SendToAllAsync("after");

        await client.AssertReceivedAsync([.. new[] { "before", "away", "after" }.SelectMany(
            phase => new[] { "token", "joined", "user", "connection", "hub" }.Select(kind => $"{phase} {kind}"))]);
        Assert.Equal(Cluster.Nodes[node].NodeId, client.Socket.NodeId);

        // Somebody who is away is there all the same, for those who send to him.
        async Task SendToAllAsync(string phase)
        {
            await sender.SendToGroupAsync("token", $"{phase} token").Succeeds();
            await sender.SendToGroupAsync("joined", $"{phase} joined").Succeeds();
            await sender.SendToUserAsync("u", $"{phase} user").Succeeds();
            await sender.SendToConnectionAsync(client.ConnectionId, $"{phase} connection").Succeeds();
            await sender.BroadcastAsync($"{phase} hub").Succeeds();
        }
    }

    [Fact]
    public async Task What_was_not_acknowledged_comes_again_and_nothing_else()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub, groups: ["g"], acknowledges: false);
        var sender = await ConnectAsync(1);
        await sender.SendToGroupAsync("g", "1").Succeeds();
        await client.AssertReceivedAsync("1");
        await client.AcknowledgeAsync();
        await sender.SendToGroupAsync("g", "2").Succeeds();
        await client.AssertReceivedAsync("1", "2");

        // The node has read the acknowledgement when it has answered what comes behind it.
        await client.Socket.LeaveAsync("none").Succeeds();
        client.Abort();
        await Eventually.True(async () => await IsDetachedAsync(client), "the session waits for its client");
        await client.RecoverAsync(Cluster.Nodes[2]);
        await sender.SendToGroupAsync("g", "3").Succeeds();

        await client.AssertReceivedAsync("1", "2", "3");
        Assert.Equal(["2"], client.Repeated.Items.Select(message => message.Text));
        Assert.Equal(client.Messages.Items[1].SequenceId, client.Repeated.Items[0].SequenceId);
    }

    /// <summary>Redis lost a message that the client has, and its sender's node has sent it again: it has a new place, behind the client's.</summary>
    [Fact]
    public async Task What_was_acknowledged_does_not_come_again_when_Redis_had_lost_it()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub, groups: ["g"], acknowledges: false);
        var sender = await ConnectAsync(1);
        await sender.SendToGroupAsync("g", "1").Succeeds();
        var takeBack = await RedisContents.RememberAsync(Cluster.Redis, Cluster.Keys, Hub);
        await sender.SendToGroupAsync("g", "2").Succeeds();
        await client.AssertReceivedAsync("1", "2");
        await client.AcknowledgeAsync();
        await client.Socket.SendToGroupAsync("none", "The acknowledgement before it was read.").Succeeds();

        await takeBack();
        await sender.SendToGroupAsync("g", "3").Succeeds();
        await client.AssertReceivedAsync("1", "2", "3");
        client.Abort();
        await Eventually.True(async () => await IsDetachedAsync(client), "the session waits for its client");
        await client.RecoverAsync(Cluster.Nodes[2]);
        await sender.SendToGroupAsync("g", "4").Succeeds();

        await client.AssertReceivedAsync("1", "2", "3", "4");
        Assert.Equal(["3"], client.Repeated.Items.Select(message => message.Text));
    }

    [Fact]
    public async Task A_client_may_go_from_node_to_node()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub, groups: ["g"]);
        var sender = await ConnectAsync(1);
        List<string> texts = [];
        for (var i = 1; i <= 7; i++)
        {
            client.Abort();
            await sender.SendToGroupAsync("g", $"{i} away").Succeeds();
            await client.RecoverAsync(Cluster.Nodes[i % 3]);
            await sender.SendToGroupAsync("g", $"{i} there").Succeeds();
            texts.AddRange([$"{i} away", $"{i} there"]);
        }

        await client.AssertReceivedAsync([.. texts]);
    }

    [Fact]
    public async Task Nothing_comes_that_is_older_than_a_join_or_newer_than_a_leave()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub, acknowledges: false);
        var sender = await ConnectAsync(1);
        await sender.SendToGroupAsync("g", "before").Succeeds();
        await client.Socket.JoinAsync("g").Succeeds();
        await sender.SendToGroupAsync("g", "1").Succeeds();
        await client.AssertReceivedAsync("1");
        await client.Socket.LeaveAsync("g").Succeeds();
        await sender.SendToGroupAsync("g", "between").Succeeds();
        await client.Socket.JoinAsync("g").Succeeds();
        await sender.SendToGroupAsync("g", "2").Succeeds();
        await client.AssertReceivedAsync("1", "2");
        await client.Socket.JoinAsync("left").Succeeds();
        await client.Socket.LeaveAsync("left").Succeeds();

        client.Abort();
        await sender.SendToGroupAsync("g", "3").Succeeds();
        await sender.SendToGroupAsync("left", "not for it").Succeeds();
        await client.RecoverAsync(Cluster.Nodes[2]);
        await sender.SendToGroupAsync("left", "not for it").Succeeds();
        await sender.SendToGroupAsync("g", "4").Succeeds();

        await client.AssertReceivedAsync("1", "2", "3", "4");
        Assert.Equal(["1", "2"], client.Repeated.Items.Select(message => message.Text));
        await client.Socket.LeaveAsync("g").Succeeds();
        await sender.SendToGroupAsync("g", "after").Succeeds();
        await sender.BroadcastAsync("5").Succeeds();
        await client.AssertReceivedAsync("1", "2", "3", "4", "5");
    }

    [Fact]
    public async Task Who_was_excluded_gets_nothing_when_it_comes_back()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub, "u", groups: ["g"], acknowledges: false);
        var sender = await ConnectAsync(1);
        await client.Socket.SendToGroupAsync("g", "own").Succeeds();
        await client.Socket.SendToGroupAsync("g", "own without echo", noEcho: true).Succeeds();
        await client.AssertReceivedAsync("own");

        client.Abort();
        await sender.BroadcastAsync("not for it", excluded: client.ConnectionId).Succeeds();
        await sender.SendToUserAsync("u", "not for it", excluded: client.ConnectionId).Succeeds();
        await sender.BroadcastAsync("for all", excluded: sender.ConnectionId).Succeeds();
        await client.RecoverAsync(Cluster.Nodes[1]);

        await client.AssertReceivedAsync("own", "for all");
        Assert.Equal(["own"], client.Repeated.Items.Select(message => message.Text));
        Assert.Equal(["not for it"], sender.Messages.Items.Select(message => message.Text)); // The broadcast, which was for everybody else.
    }

    [Fact]
    public async Task User_and_roles_are_kept()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub, "u", roles: [Roles.Send + ".allowed"]);
        var receiver = await ConnectAsync(2, groups: ["allowed"]);
        client.Abort();
        await client.RecoverAsync(Cluster.Nodes[1]);

        await client.Socket.SendToGroupAsync("allowed", "1").Succeeds();
        await client.Socket.SendToGroupAsync("other", "2").FailsWith("Forbidden");
        await client.Socket.JoinAsync("allowed").FailsWith("Forbidden");
        await client.Socket.BroadcastAsync("3").FailsWith("Forbidden");
        Assert.Equal("u", (await receiver.Messages.WaitForCountAsync(1))[0].FromUserId);
    }

    /// <summary>The answer was lost with the connection, so the client asks again, wherever it is now.</summary>
    [Fact]
    public async Task A_request_that_is_repeated_on_another_node_is_executed_once()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub);
        var receiver = await ConnectAsync(2, "receiver", groups: ["g"]);
        await client.Socket.SendToGroupAsync("g", "group", ackId: 7).Succeeds();
        await client.Socket.RequestAsync(ToUser("user"), 8).Succeeds();
        await client.Socket.RequestAsync(ToUser("nobody"), 9).FailsWith("NotFound");
        client.Abort();
        await client.RecoverAsync(Cluster.Nodes[1]);

        await client.Socket.SendToGroupAsync("g", "group", ackId: 7).FailsWith("Duplicate");
        await client.Socket.RequestAsync(ToUser("user"), 8).FailsWith("Duplicate");
        await client.Socket.RequestAsync(ToUser("nobody"), 9).FailsWith("NotFound"); // It was not executed, so it is tried.
        await client.Socket.SendToGroupAsync("g", "next", ackId: 10).Succeeds();
        await client.Socket.SendToGroupAsync("g", "group", ackId: 7).FailsWith("Duplicate");
        await client.Socket.SendToGroupAsync("g", "last", ackId: 11).Succeeds();

        await receiver.Messages.WaitForAsync(message => message.Text == "last", "the last message");
        Assert.Equal(["group", "user", "next", "last"], receiver.Messages.Items.Select(message => message.Text));

        static object ToUser(string text) => new { type = "sendToUser", userId = text == "user" ? "receiver" : "nobody", dataType = "text", data = text };
    }

    [Fact]
    public async Task A_message_with_an_idempotency_key_is_sent_once_whoever_sends_it()
    {
        var (one, other) = (await ConnectAsync(0), await ConnectReliableAsync(Cluster.Nodes[1], Hub));
        var receiver = await ConnectAsync(2, groups: ["g"]);

        await one.RequestAsync(Keyed("1", "a")).Succeeds();
        await other.Socket.RequestAsync(Keyed("2", "a")).FailsWith("Duplicate");
        await other.Socket.RequestAsync(Keyed("3", "b")).Succeeds();
        await one.RequestAsync(Keyed("4", "b")).FailsWith("Duplicate");
        await one.SendAsync(Keyed("5", "b")); // Without an ackId nobody is told.
        await one.SendToGroupAsync("g", "6").Succeeds();

        await receiver.Messages.WaitForAsync(message => message.Text == "6", "the last message");
        Assert.Equal(["1", "3", "6"], receiver.Messages.Items.Select(message => message.Text));

        static object Keyed(string text, string idempotencyKey) => new { type = "sendToGroup", group = "g", dataType = "text", data = text, idempotencyKey };
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_client_that_comes_back_early_leaves_its_last_connection_to_be_closed(int node)
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], Hub, "u", groups: ["g"]);
        var sender = await ConnectAsync(2);
        await sender.SendToGroupAsync("g", "1").Succeeds();
        await client.AssertReceivedAsync("1");

        var last = await client.RecoverAsync(Cluster.Nodes[node]);
        await sender.SendToGroupAsync("g", "2").Succeeds();
        await sender.SendToUserAsync("u", "3").Succeeds();
        await sender.SendToConnectionAsync(client.ConnectionId, "4").Succeeds();
        await client.AssertReceivedAsync("1", "2", "3", "4");
        Assert.NotEqual(1008, (await last.WaitForCloseAsync()).Code); // It would make an SDK begin anew.
        Assert.Empty(client.Late.Items);
        Assert.True(client.Socket.IsOpen);
    }
}

/// <summary>On the embedded Redis.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class RecoveryOnEmbeddedRedisTests(EmbeddedClusterFixture fixture) : RecoveryTests(fixture);

/// <summary>On redis-server.</summary>
[Collection<RedisServerClusterCollection>]
public sealed class RecoveryOnRedisServerTests(RedisServerClusterFixture fixture) : RecoveryTests(fixture);
