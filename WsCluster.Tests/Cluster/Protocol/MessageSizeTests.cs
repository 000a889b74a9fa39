using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>A client's message may be 1 MiB.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class MessageSizeTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    private const int Limit = 1_048_576;
    private const string Head = "{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"text\",\"data\":\"";
    private const string Tail = "\"}";

    [Fact]
    public async Task A_message_of_1_MiB_goes_through()
    {
        var sender = await ConnectAsync(0);
        var receiver = await ConnectAsync(1, groups: ["g"]);

        await sender.SendTextAsync(Request(Limit));

        var message = (await receiver.Messages.WaitForCountAsync(1))[0];
        Assert.Equal(Limit - Head.Length - Tail.Length, message.Text.Length);
        Assert.True(sender.IsOpen, "The sender stays connected.");
    }

    [Theory]
    [InlineData(Limit + 1)]
    [InlineData(8 * Limit)]
    public async Task A_larger_one_ends_the_connection_with_1009(int size)
    {
        var sender = await ConnectAsync(0);
        var receiver = await ConnectAsync(1, groups: ["g"]);

        // The client must see the code even though it is still sending: the node has to go on reading.
        await sender.SendTextAsync(Request(size));

        Assert.Equal(1009, (await sender.WaitForCloseAsync()).Code);
        Assert.Empty(receiver.Messages.Items);
    }

    [Fact]
    public async Task Fragments_count_together()
    {
        var sender = await ConnectAsync(0);
        var part = new byte[300_000];

        for (var i = 0; i < 4; i++)
        {
            await sender.SendAsync(part, System.Net.WebSockets.WebSocketMessageType.Binary, endOfMessage: i == 3);
        }

        Assert.Equal(1009, (await sender.WaitForCloseAsync()).Code);
    }

    [Fact]
    public async Task The_limit_holds_for_simple_clients_too()
    {
        var url = TestCluster.ClientUrl(Cluster.Nodes[0], Hub, null, Roles.All, ["g"], "webpubsub_mode=sendToGroup&group=g");
        var simple = Own(await SimpleClient.ConnectAsync(url));

        await simple.SendBinaryAsync(new byte[Limit]);
        Assert.Equal(Limit, (await simple.Messages.WaitForCountAsync(1))[0].Bytes.Length);
        await simple.SendBinaryAsync(new byte[Limit + 1]);

        Assert.Equal(1009, (await simple.WaitForCloseAsync()).Code);
    }

    private static string Request(int size) => Head + new string('x', size - Head.Length - Tail.Length) + Tail;
}
