using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>Clients with and without permessage-deflate in one group, on nodes that allow it.</summary>
[Collection<OwnClusterCollection>]
public sealed class CompressionTests : ProcessTest
{
    private const string Hub = "chat";
    private const string Group = "g";

    private static readonly string Long = string.Concat(Enumerable.Repeat("the same again and again; ", 4_000));

    [Fact]
    public async Task Messages_come_the_same_compressed_or_not_in_both_directions()
    {
        var cluster = await StartClusterAsync(
            await TestRedis.StartAsync(RedisKind.Embedded), nodes: 2, proxy: true, settings: new Dictionary<string, string> { ["WsCluster__Compression"] = "true" });
        var plain = await ConnectAsync(cluster.Nodes[0], Hub, groups: [Group]);
        using var compressed = await OpenAsync(cluster.Proxy, Subprotocols.Json);
        using var simple = await OpenAsync(cluster.Nodes[1], null);
        string[] texts = [Long, "short", "", Long + Long];

        // Sent compressed, read plain; and sent plain, read compressed: in frames that are small enough to have been.
        foreach (var text in texts)
        {
            await SendAsync(compressed, new { type = "sendToGroup", group = Group, dataType = "text", data = text });
            await plain.SendToGroupAsync(Group, text, "text").Succeeds();
        }

        var received = await plain.Messages.WaitForCountAsync(2 * texts.Length);
        Assert.Equal(texts.Order(), received.Select(message => message.Data.GetString()!).Distinct().Order());
        Assert.Equal(texts.SelectMany(text => new[] { text, text }).Order(), (await ReadMessagesAsync(compressed, 2 * texts.Length)).Order());

        for (var i = 0; i < 2 * texts.Length; i++)
        {
            Assert.Contains(await ReadAsync(simple), texts);
        }
    }

    [Fact]
    public async Task Without_the_option_nothing_is_agreed_on()
    {
        var cluster = await StartClusterAsync(await TestRedis.StartAsync(RedisKind.Embedded), nodes: 1);
        using var socket = await ConnectSocketAsync(cluster.Nodes[0], Subprotocols.Json);
        Assert.False(socket.HttpResponseHeaders!.ContainsKey("Sec-WebSocket-Extensions"));
    }

    private static async Task<ClientWebSocket> OpenAsync(WebProcess via, string? subprotocol)
    {
        var socket = await ConnectSocketAsync(via, subprotocol);
        Assert.Equal(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            Assert.Single(socket.HttpResponseHeaders!["Sec-WebSocket-Extensions"]));
        return socket;
    }

    private static async Task<ClientWebSocket> ConnectSocketAsync(WebProcess via, string? subprotocol)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.Proxy = null;
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        if (subprotocol is not null)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        await socket.ConnectAsync(TestCluster.ClientUrl(via, Hub, roles: Roles.All, groups: [Group]), TestContext.Current.CancellationToken);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, object request) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(request), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    private static async Task<List<string>> ReadMessagesAsync(ClientWebSocket socket, int count)
    {
        List<string> texts = [];
        while (texts.Count < count)
        {
            using var frame = JsonDocument.Parse(await ReadAsync(socket));
            if (frame.RootElement.GetProperty("type").GetString() == "message")
            {
                texts.Add(frame.RootElement.GetProperty("data").GetString()!);
            }
        }

        return texts;
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 20];
        var length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(length), TestContext.Current.CancellationToken).AsTask().Within("a message arrives");
            length += result.Count;
        }
        while (!result.EndOfMessage);

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
