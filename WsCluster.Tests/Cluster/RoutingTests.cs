using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>A message reaches whom it is for, wherever they are connected.</summary>
public abstract class RoutingTests(ClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task A_group_message_reaches_members_on_every_node_once()
    {
        var clients = new[] { await ConnectAsync(0, "a"), await ConnectAsync(1), await ConnectAsync(2), await ConnectAsync(2) };
        var outsider = await ConnectAsync(1);
        foreach (var client in clients)
        {
            await client.JoinAsync("g").Succeeds();
        }

        await clients[0].SendToGroupAsync("g", new { text = "hello", big = 12345678901234567890m }).Succeeds();
        await clients[0].BroadcastAsync("end").Succeeds();

        foreach (var client in clients)
        {
            var message = (await UntilEndAsync(client)).Single();
            Assert.Equal("group", message.From);
            Assert.Equal("g", message.Group);
            Assert.Equal("a", message.FromUserId);
            Assert.Equal("json", message.DataType);
            Assert.Equal("""{"text":"hello","big":12345678901234567890}""", message.Data.GetRawText());
        }

        Assert.Empty(await UntilEndAsync(outsider));
    }

    [Fact]
    public async Task A_sender_need_not_be_a_member()
    {
        var (sender, member) = (await ConnectAsync(0), await ConnectAsync(1, groups: ["g"]));

        await sender.SendToGroupAsync("g", 1).Succeeds();
        await sender.BroadcastAsync("end").Succeeds();

        Assert.Single(await UntilEndAsync(member));
        Assert.Empty(await UntilEndAsync(sender));
    }

    [Fact]
    public async Task NoEcho_leaves_out_the_sending_connection_only()
    {
        var sender = await ConnectAsync(0, "u", groups: ["g"]);
        var sameUser = await ConnectAsync(0, "u", groups: ["g"]);
        var other = await ConnectAsync(1, groups: ["g"]);

        await sender.SendToGroupAsync("g", 1, noEcho: true).Succeeds();
        await sender.SendToUserAsync("u", 2, noEcho: true).Succeeds();
        await sender.BroadcastAsync(3, noEcho: true).Succeeds();
        await sender.BroadcastAsync("end").Succeeds();

        Assert.Empty(await UntilEndAsync(sender));
        await AssertReceivedAsync(sameUser, 1, 2, 3);
        await AssertReceivedAsync(other, 1, 3);
    }

    [Fact]
    public async Task Groups_of_the_token_and_groups_left_are_honoured()
    {
        var sender = await ConnectAsync(0);
        var member = await ConnectAsync(1, groups: ["a", "b"]);

        await member.LeaveAsync("a").Succeeds();
        await member.LeaveAsync("never-joined").Succeeds();
        await member.JoinAsync("b").Succeeds();
        await sender.SendToGroupAsync("a", 1).Succeeds();
        await sender.SendToGroupAsync("b", 2).Succeeds();
        await member.JoinAsync("a").Succeeds();
        await sender.SendToGroupAsync("a", 3).Succeeds();
        await sender.BroadcastAsync("end").Succeeds();

        await AssertReceivedAsync(member, 2, 3);
    }

    [Fact]
    public async Task Group_and_user_names_are_compared_exactly()
    {
        var sender = await ConnectAsync(0);
        var member = await ConnectAsync(1, "user", groups: ["Group", "ä*[x]:{y}", new string('g', 1024)]);
        _ = await ConnectAsync(2, "User");

        await sender.SendToGroupAsync("group", 1).Succeeds();
        await sender.SendToGroupAsync("Group", 2).Succeeds();
        await sender.SendToGroupAsync("ä*[x]:{y}", 3).Succeeds();
        await sender.SendToGroupAsync(new string('g', 1024), 4).Succeeds();
        await sender.SendToUserAsync("User", 5).Succeeds();
        await sender.BroadcastAsync("end").Succeeds();

        await AssertReceivedAsync(member, 2, 3, 4);
    }

    [Fact]
    public async Task Hubs_are_isolated()
    {
        var sender = await ConnectAsync(0, "u", groups: ["g"]);
        var stranger = await ConnectAsync(Cluster.Nodes[1], TestCluster.NewHub(), "u", groups: ["g"]);

        await sender.SendToGroupAsync("g", 1).Succeeds();
        await sender.SendToUserAsync("u", 2).Succeeds();
        await sender.BroadcastAsync(3).Succeeds();
        await sender.SendToConnectionAsync(stranger.ConnectionId, 4).FailsWith("NotFound");
        await stranger.BroadcastAsync("end").Succeeds();

        Assert.Empty(await UntilEndAsync(stranger));
    }

    [Fact]
    public async Task A_message_to_a_user_reaches_all_connections_of_the_user()
    {
        var sender = await ConnectAsync(0, "sender");
        var connections = new[] { await ConnectAsync(0, "u"), await ConnectAsync(1, "u"), await ConnectAsync(2, "u") };
        var other = await ConnectAsync(1, "other");

        await sender.SendToUserAsync("u", new { n = 1 }).Succeeds();
        await sender.BroadcastAsync("end").Succeeds();

        foreach (var connection in connections)
        {
            var message = (await UntilEndAsync(connection)).Single();
            Assert.Equal("server", message.From);
            Assert.Equal("sender", message.FromUserId);
            Assert.Equal(sender.ConnectionId, message.FromConnectionId);
            Assert.Equal("""{"n":1}""", message.Data.GetRawText());
        }

        Assert.Empty(await UntilEndAsync(other));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_message_to_a_connection_reaches_it_alone(int senderNode)
    {
        var sender = await ConnectAsync(senderNode, "sender");
        var receiver = await ConnectAsync(1, "u");
        var sameUser = await ConnectAsync(1, "u");

        await sender.SendToConnectionAsync(receiver.ConnectionId, "hello").Succeeds();
        await sender.BroadcastAsync("end").Succeeds();

        var message = (await UntilEndAsync(receiver)).Single();
        Assert.Equal(("server", "sender", sender.ConnectionId), (message.From, message.FromUserId, message.FromConnectionId));
        Assert.Equal("hello", message.Text);
        Assert.Empty(await UntilEndAsync(sameUser));
        Assert.Empty(await UntilEndAsync(sender));
    }

    [Fact]
    public async Task A_broadcast_reaches_the_hub_and_spares_the_excluded()
    {
        var sender = await ConnectAsync(0);
        var (spared, other) = (await ConnectAsync(1), await ConnectAsync(2));

        await sender.BroadcastAsync(1, excluded: [spared.ConnectionId, "no-such-connection"]).Succeeds();
        await sender.BroadcastAsync("end").Succeeds();

        await AssertReceivedAsync(sender, 1);
        await AssertReceivedAsync(other, 1);
        Assert.Empty(await UntilEndAsync(spared));
    }

    [Fact]
    public async Task A_target_that_does_not_exist_is_NotFound()
    {
        var sender = await ConnectAsync(0);
        var gone = await ConnectAsync(1, "gone");
        await gone.CloseAsync();

        await sender.SendToUserAsync("nobody", 1).FailsWith("NotFound");
        await sender.SendToConnectionAsync("nonsense", 1).FailsWith("NotFound");
        await sender.SendToConnectionAsync("AAAAAAAAAAAAAAAAAAAAAA.nosuchnode", 1).FailsWith("NotFound");
        await sender.SendToConnectionAsync("AAAAAAAAAAAAAAAAAAAAAA." + Cluster.Nodes[0].NodeId, 1).FailsWith("NotFound");
        await sender.SendToConnectionAsync("AAAAAAAAAAAAAAAAAAAAAA." + Cluster.Nodes[2].NodeId, 1).FailsWith("NotFound");
        await Eventually.True(
            async () => await sender.SendToConnectionAsync(gone.ConnectionId, 1) is { Success: false, Error: "NotFound" },
            "the closed connection is not found");
        await Eventually.True(
            async () => await sender.SendToUserAsync("gone", 1) is { Success: false, Error: "NotFound" },
            "the user of the closed connection is not found");
    }

    [Theory]
    [InlineData("text", "\"plain \\u00e4 \\\"text\\\"\"")]
    [InlineData("json", "{\"a\":[1.50,1e3,null,true,\"\\u00e4\"]}")]
    [InlineData("json", "\"a string\"")]
    [InlineData("binary", "\"AAEC/w==\"")]
    public async Task Data_of_every_type_crosses_nodes(string dataType, string data)
    {
        var (sender, receiver) = (await ConnectAsync(0), await ConnectAsync(1, groups: ["g"]));

        await sender.SendTextAsync($$"""{"type":"sendToGroup","group":"g","dataType":"{{dataType}}","data":{{data}}}""");

        var message = await receiver.Messages.WaitForAsync(_ => true, "the message");
        Assert.Equal(dataType, message.DataType);
        using var expected = System.Text.Json.JsonDocument.Parse(data);
        Assert.Equal(
            dataType == "json" && data[0] == '{' ? data : expected.RootElement.GetString(),
            dataType == "json" && data[0] == '{' ? message.Data.GetRawText() : message.Text);
    }

    /// <summary>What a client got before the sender's last broadcast; a hub has one order, so nothing can come later.</summary>
    private static async Task<IReadOnlyList<ReceivedMessage>> UntilEndAsync(TestClient client)
    {
        await client.Messages.WaitForAsync(IsEnd, "the end");
        return [.. client.Messages.Items.TakeWhile(message => !IsEnd(message))];
    }

    private static bool IsEnd(ReceivedMessage message) =>
        message.Data.ValueKind == System.Text.Json.JsonValueKind.String && message.Data.ValueEquals("end");

    private static async Task AssertReceivedAsync(TestClient client, params int[] expected) =>
        Assert.Equal(expected, (await UntilEndAsync(client)).Select(message => message.Data.GetInt32()));
}

/// <inheritdoc/>
[Collection<EmbeddedClusterCollection>]
public sealed class RoutingOnEmbeddedRedisTests(EmbeddedClusterFixture fixture) : RoutingTests(fixture);

/// <inheritdoc/>
[Collection<RedisServerClusterCollection>]
public sealed class RoutingOnRedisServerTests(RedisServerClusterFixture fixture) : RoutingTests(fixture);
