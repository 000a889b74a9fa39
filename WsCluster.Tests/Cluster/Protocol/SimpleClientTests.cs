using System.Net;
using System.Net.WebSockets;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>Clients without a sub-protocol.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class SimpleClientTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    [Theory]
    [InlineData("webpubsub_mode=dance")]
    [InlineData("webpubsub_mode=sendToGroup")]
    [InlineData("webpubsub_mode=sendToGroup&group=")]
    [InlineData("webpubsub_mode=sendToGroup&group=%20%20")]
    [InlineData("webpubsub_mode=sendToGroup&group=1025")]
    public async Task A_bad_mode_or_group_is_refused(string query)
    {
        query = query.Replace("1025", new string('g', 1025), StringComparison.Ordinal);
        var handshake = await Handshake.TryAsync(Url(Roles.All, query));
        Assert.Equal(HttpStatusCode.BadRequest, handshake.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("webpubsub_mode=")]
    [InlineData("webpubsub_mode=sendEvent")]
    [InlineData("webpubsub_mode=SENDEVENT")]
    public async Task An_event_without_a_handler_drops_the_connection(string? query)
    {
        var client = await ConnectSimpleAsync(Roles.All, query);
        await client.SendTextAsync("hello");
        Assert.Equal(1011, (await client.WaitForCloseAsync()).Code);
        Assert.Empty(client.Messages.Items);
    }

    [Theory]
    [InlineData("webpubsub_mode=sendToGroup&group=g", false)]
    [InlineData("webpubsub_mode=SendToGROUP&group=g&noEcho=true", true)]
    public async Task Frames_are_published_to_the_group(string query, bool noEcho)
    {
        var json = await ConnectAsync(1, groups: ["g"]);
        var sender = await ConnectSimpleAsync(Roles.All, query, ["g"]);
        Assert.Null(sender.Subprotocol);

        await sender.SendTextAsync("tëxt");
        await sender.SendBinaryAsync(new byte[] { 0, 1, 255 });

        var received = await json.Messages.WaitForCountAsync(2);
        Assert.Equal(["text", "binary"], received.Select(message => message.DataType));
        Assert.Equal(["tëxt", "AAH/"], received.Select(message => message.Text));
        Assert.All(received, message => Assert.Equal(("group", "g", "simple"), (message.From, message.Group, message.FromUserId)));

        await json.SendToGroupAsync("g", "end", "text").Succeeds();
        await sender.Messages.WaitForAsync(message => message.Text == "end", "the end");
        Assert.Equal(noEcho ? 1 : 3, sender.Messages.Items.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("webpubsub.sendToGroup.other")]
    public async Task Sending_without_permission_drops_the_connection(string role)
    {
        var client = await ConnectSimpleAsync([role], "webpubsub_mode=sendToGroup&group=g");
        await client.SendTextAsync("hello");
        Assert.Equal(1008, (await client.WaitForCloseAsync()).Code);
    }

    [Fact]
    public async Task Sending_needs_permission_for_that_group_but_no_membership()
    {
        var json = await ConnectAsync(1, groups: ["g"]);
        var client = await ConnectSimpleAsync([Roles.Send + ".g"], "webpubsub_mode=sendToGroup&group=g");

        await client.SendTextAsync("1");

        Assert.Equal("1", (await json.Messages.WaitForCountAsync(1))[0].Text);
        Assert.Empty(client.Messages.Items);
    }

    [Theory]
    [InlineData("text", "\"tëxt\"", WebSocketMessageType.Text, "tëxt")]
    [InlineData("json", "{\"a\":[1.50,\"ä\"]}", WebSocketMessageType.Text, "{\"a\":[1.50,\"ä\"]}")]
    [InlineData("json", "\"quoted\"", WebSocketMessageType.Text, "\"quoted\"")]
    [InlineData("binary", "\"aGVsbG8=\"", WebSocketMessageType.Binary, "hello")]
    [InlineData("protobuf", "\"aGVsbG8=\"", WebSocketMessageType.Binary, "hello")]
    public async Task Messages_arrive_as_bare_payload(string dataType, string data, WebSocketMessageType type, string payload)
    {
        var sender = await ConnectAsync(1);
        var simple = await ConnectSimpleAsync(Roles.All, null, ["g"]);

        await sender.SendTextAsync($$"""{"type":"sendToGroup","group":"g","dataType":"{{dataType}}","data":{{data}}}""");
        await sender.SendTextAsync($$"""{"type":"broadcast","dataType":"{{dataType}}","data":{{data}}}""");

        foreach (var message in await simple.Messages.WaitForCountAsync(2))
        {
            Assert.Equal((type, payload), (message.Type, message.Text));
        }
    }

    [Fact]
    public async Task The_added_requests_reach_simple_clients()
    {
        var sender = await ConnectAsync(1);
        var simple = await ConnectSimpleAsync([], null);

        await sender.SendToUserAsync("simple", 1).Succeeds();
        await sender.BroadcastAsync(2).Succeeds();

        Assert.Equal(["1", "2"], (await simple.Messages.WaitForCountAsync(2)).Select(message => message.Text));
    }

    [Fact]
    public async Task An_empty_frame_is_an_empty_message()
    {
        var json = await ConnectAsync(1, groups: ["g"]);
        var client = await ConnectSimpleAsync(Roles.All, "webpubsub_mode=sendToGroup&group=g");

        await client.SendTextAsync("");
        await client.SendBinaryAsync(Array.Empty<byte>());

        Assert.Equal([("text", ""), ("binary", "")], (await json.Messages.WaitForCountAsync(2)).Select(message => (message.DataType, message.Text)));
    }

    [Fact]
    public async Task A_close_is_answered()
    {
        var client = await ConnectSimpleAsync([], null);
        Assert.Equal(1000, (await client.CloseAsync()).Code);
    }

    private async Task<SimpleClient> ConnectSimpleAsync(string[] roles, string? query, string[]? groups = null) =>
        Own(await SimpleClient.ConnectAsync(Url(roles, query, groups)));

    private Uri Url(string[] roles, string? query, string[]? groups = null) =>
        TestCluster.ClientUrl(Cluster.Nodes[0], Hub, "simple", roles, groups, query);
}
