using System.Text;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>What a JSON frame may be, and what happens when it is something else.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class JsonRequestTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{")]
    [InlineData("{\"type\":\"ping\"")]
    [InlineData("{\"type\":\"ping\"} {\"type\":\"ping\"}")]
    [InlineData("[]")]
    [InlineData("[{\"type\":\"ping\"}]")]
    [InlineData("\"ping\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"type\":null}")]
    [InlineData("{\"type\":1}")]
    [InlineData("{\"type\":\"\"}")]
    [InlineData("{\"type\":\"dance\"}")]
    [InlineData("{\"type\":\"joinGroup\"}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":null}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":1}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":[\"g\"]}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":\"\"}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":\" \\t \"}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":\"1025\"}")]
    [InlineData("{\"type\":\"leaveGroup\"}")]
    [InlineData("{\"type\":\"leaveGroup\",\"group\":\"\"}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":\"g\",\"ackId\":-1}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":\"g\",\"ackId\":1.5}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":\"g\",\"ackId\":18446744073709551616}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":\"g\",\"ackId\":\"x\"}")]
    [InlineData("{\"type\":\"joinGroup\",\"group\":\"g\",\"ackId\":true}")]
    [InlineData("{\"type\":\"sendToGroup\",\"data\":1}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"\",\"data\":1}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"data\":null}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"json\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"xml\",\"data\":\"x\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":1,\"data\":\"x\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"text\",\"data\":1}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"text\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"binary\",\"data\":1}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"binary\",\"data\":\"a\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"binary\",\"data\":\"####\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"binary\",\"data\":\"AAE\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"binary\",\"data\":\"_-8=\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"dataType\":\"protobuf\",\"data\":\"####\"}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"data\":1,\"noEcho\":\"yes\"}")]
    [InlineData("{\"type\":\"event\",\"data\":1}")]
    [InlineData("{\"type\":\"event\",\"event\":1,\"data\":1}")]
    [InlineData("{\"type\":\"event\",\"event\":\"\",\"data\":1}")]
    [InlineData("{\"type\":\"event\",\"event\":\"1st\",\"data\":1}")]
    [InlineData("{\"type\":\"event\",\"event\":\"a b\",\"data\":1}")]
    [InlineData("{\"type\":\"event\",\"event\":\"129\",\"data\":1}")]
    [InlineData("{\"type\":\"event\",\"event\":\"e\",\"dataType\":\"text\",\"data\":1}")]
    [InlineData("{\"type\":\"sendToConnection\",\"data\":1}")]
    [InlineData("{\"type\":\"sendToConnection\",\"connectionId\":1,\"data\":1}")]
    [InlineData("{\"type\":\"sendToConnection\",\"connectionId\":\"c\"}")]
    [InlineData("{\"type\":\"sendToUser\",\"data\":1}")]
    [InlineData("{\"type\":\"sendToUser\",\"userId\":{},\"data\":1}")]
    [InlineData("{\"type\":\"sendToUser\",\"userId\":\"u\"}")]
    [InlineData("{\"type\":\"broadcast\"}")]
    [InlineData("{\"type\":\"broadcast\",\"data\":1,\"excluded\":\"c\"}")]
    [InlineData("{\"type\":\"broadcast\",\"data\":1,\"excluded\":[1]}")]
    public async Task A_malformed_frame_ends_the_connection_with_1007(string frame)
    {
        var client = await ConnectAsync(0, groups: ["g"]);
        frame = frame.Replace("\"1025\"", $"\"{new string('g', 1025)}\"", StringComparison.Ordinal)
            .Replace("\"129\"", $"\"{new string('e', 129)}\"", StringComparison.Ordinal);

        await client.SendTextAsync(frame);

        Assert.Equal(1007, (await client.WaitForCloseAsync()).Code);
        var last = client.Frames.Items[^1];
        Assert.Equal(("system", "disconnected"), (last.GetProperty("type").GetString(), last.GetProperty("event").GetString()));
        Assert.NotEmpty(last.GetProperty("message").GetString()!);
        Assert.Empty(client.Messages.Items);
    }

    [Theory]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"data\":1,\"someday\":{\"x\":[1]},\"ackId\":1}")]
    [InlineData(" \r\n\t{ \"ackId\" : 1 , \"data\" : 1 , \"group\" : \"g\" , \"type\" : \"sendToGroup\" } ")]
    [InlineData("{\"\\u0074ype\":\"sendTo\\u0047roup\",\"group\":\"\\u0067\",\"data\":1,\"ackId\":1}")]
    [InlineData("{\"type\":\"sendToGroup\",\"group\":\"g\",\"data\":1,\"noEcho\":false,\"dataType\":\"json\",\"ackId\":1}")]
    public async Task Unknown_members_order_blanks_and_escapes_do_not_matter(string frame)
    {
        var client = await ConnectAsync(0, groups: ["g"]);

        await client.SendTextAsync(frame);

        var message = (await client.Messages.WaitForCountAsync(1))[0];
        Assert.Equal(("group", "g", "json", 1), (message.From, message.Group, message.DataType, message.Data.GetInt32()));
        await client.Frames.WaitForAsync(
            f => f.GetProperty("type").GetString() == "ack" && f.GetProperty("success").GetBoolean(), "the ack");
    }

    [Fact]
    public async Task A_request_may_come_in_a_binary_frame_and_in_fragments()
    {
        var client = await ConnectAsync(0, groups: ["g"]);
        var request = Encoding.UTF8.GetBytes("""{"type":"sendToGroup","group":"g","dataType":"text","data":"ä"}""");

        await client.SendBinaryAsync(request);
        await client.SendAsync(request.AsMemory(0, 1), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: false);
        await client.SendAsync(request.AsMemory(1, request.Length - 4), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: false);
        await client.SendAsync(request.AsMemory(request.Length - 3), System.Net.WebSockets.WebSocketMessageType.Text);

        Assert.Equal(["ä", "ä"], (await client.Messages.WaitForCountAsync(2)).Select(message => message.Text));
    }

    [Fact]
    public async Task A_ping_is_answered()
    {
        var client = await ConnectAsync(0);

        await client.SendTextAsync("""{"type":"ping"}""");

        var pong = await client.Frames.WaitForAsync(frame => frame.GetProperty("type").GetString() == "pong", "the pong");
        Assert.Equal("""{"type":"pong"}""", pong.GetRawText());
    }

    [Fact]
    public async Task The_connected_frame_is_the_first_and_a_close_is_answered()
    {
        var client = await ConnectAsync(0, "u", groups: ["g"]);
        var first = client.Frames.Items[0];

        Assert.Equal(("system", "connected"), (first.GetProperty("type").GetString(), first.GetProperty("event").GetString()));
        Assert.Equal("u", first.GetProperty("userId").GetString());
        Assert.False(first.TryGetProperty("reconnectionToken", out _));
        Assert.Equal(1000, (await client.CloseAsync()).Code);
    }

    [Fact]
    public async Task An_invocation_without_a_handler_fails()
    {
        var client = await ConnectAsync(0);

        await client.SendTextAsync("""{"type":"invoke","invocationId":"i1","target":"event","event":"sum","dataType":"json","data":[1,2]}""");
        await client.SendTextAsync("""{"type":"cancelInvocation","invocationId":"i1"}""");
        await client.SendTextAsync("""{"type":"ping"}""");

        var response = await client.Frames.WaitForAsync(frame => frame.GetProperty("type").GetString() == "invokeResponse", "the response");
        Assert.Equal("i1", response.GetProperty("invocationId").GetString());
        Assert.False(response.GetProperty("success").GetBoolean());
        Assert.NotEmpty(response.GetProperty("error").GetProperty("name").GetString()!);
        Assert.NotEmpty(response.GetProperty("error").GetProperty("message").GetString()!);
        await client.Frames.WaitForAsync(frame => frame.GetProperty("type").GetString() == "pong", "the pong");
        Assert.Equal(["system", "invokeResponse", "pong"], client.Frames.Items.Select(frame => frame.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_ends_the_connection()
    {
        var client = await ConnectAsync(0);

        await client.SendAsync(new byte[] { (byte)'"', 0xFF, 0xFE, (byte)'"' }, System.Net.WebSockets.WebSocketMessageType.Text);

        // .NET itself finds this and may drop the connection before its close frame is read.
        Assert.Contains((await client.WaitForCloseAsync()).Code, new[] { 1007, SocketClosure.Abnormal });
    }
}
