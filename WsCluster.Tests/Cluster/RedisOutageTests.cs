using System.Net;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>Redis isn't there yet, or goes away: the cluster says so, waits, and works again by itself.</summary>
[Collection<OwnClusterCollection>]
public sealed class RedisOutageTests : ProcessTest
{
    [Fact]
    public async Task Nodes_wait_for_a_Redis_that_is_not_there_yet()
    {
        var redis = Own(RedisServer.Reserve());
        var node = Own(NodeProcess.Start("node", new Dictionary<string, string>
        {
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["WsCluster__AccessKey"] = AccessTokens.AccessKey,
            ["WsCluster__PublicEndpoints"] = TestCluster.PublicEndpoint,
        }));
        await node.WaitForAddressAsync();

        await Eventually.True(
            () => node.Log.Contains($"Redis at 127.0.0.1:{redis.Port} does not answer"), "the node says what it waits for");
        using (var health = await node.GetAsync("/health"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, await node.GetStatusAsync("/alive"));
        var refused = await Handshake.TryAsync(TestCluster.ClientUrl(node, "chat"), Subprotocols.Json);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains(refused.Headers.Keys, name => name.Equals("Retry-After", StringComparison.OrdinalIgnoreCase));

        await redis.RunAsync();

        await node.WaitForReadyAsync();
        var client = await ConnectAsync(node, "chat", groups: ["g"]);
        await client.SendToGroupAsync("g", 1).Succeeds();
        await client.Messages.WaitForCountAsync(1);
    }

    [Fact]
    public async Task Sends_fail_while_Redis_is_gone_and_work_again_when_it_is_back_empty()
    {
        var redis = await RedisServer.StartAsync();
        var cluster = await StartClusterAsync(redis, settings: new Dictionary<string, string> { ["WsCluster__PublishTimeout"] = "00:00:01" });
        const string Hub = "chat";
        var clients = new List<TestClient>();
        for (var i = 0; i < 6; i++)
        {
            clients.Add(await ConnectAsync(cluster.Nodes[i % 3], Hub, $"u{i}", groups: ["token"]));
            await clients[i].JoinAsync("joined").Succeeds();
        }

        await AssertEverybodyIsReachedAsync(clients, "before");

        await redis.KillAsync();
        await Task.WhenAll(clients.SelectMany(client => new Task[]
        {
            client.SendToGroupAsync("joined", "lost").FailsWith("InternalServerError"),
            client.SendToUserAsync("u0", "lost").FailsWith("InternalServerError"),
            client.BroadcastAsync("lost").FailsWith("InternalServerError"),
            client.JoinAsync("joined while Redis was away").FailsWith("InternalServerError"),
        }));

        foreach (var node in cluster.Nodes)
        {
            await Eventually.True(
                async () => await node.GetStatusAsync("/health") == HttpStatusCode.ServiceUnavailable, $"{node.Name} says that it is not healthy");
        }

        // The time that the acceptance asks for: as long as a lease.
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await redis.RunAsync();

        await cluster.WaitForNodesAsync(3);
        foreach (var node in cluster.Nodes)
        {
            await Eventually.True(async () => await node.GetStatusAsync("/health") == HttpStatusCode.OK, $"{node.Name} is healthy again");
        }

        await AssertEverybodyIsReachedAsync(clients, "after");
        Assert.All(clients, client => Assert.True(client.IsOpen, "Clients stay connected."));
        await clients[0].JoinAsync("joined while Redis was away").Succeeds();
        await clients[1].SendToGroupAsync("joined while Redis was away", "late").Succeeds();
        await clients[0].Messages.WaitForAsync(message => message.Text == "late", "the message to the new group");
    }

    /// <summary>
    /// A paused Redis has taken the call that nobody got an answer to, and gets it again; one that was killed comes back empty.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sends_wait_for_Redis_and_arrive_once_when_it_is_back_in_time(bool paused)
    {
        var redis = await RedisServer.StartAsync();
        var cluster = await StartClusterAsync(
            redis, nodes: 2, settings: new Dictionary<string, string> { ["WsCluster__PublishTimeout"] = "00:01:00" });
        var sender = await ConnectAsync(cluster.Nodes[0], "chat", "sender", groups: ["own"]);
        var receiver = await ConnectAsync(cluster.Nodes[1], "chat", "receiver", groups: ["g"]);
        await sender.SendToGroupAsync("g", "before").Succeeds();
        await receiver.Messages.WaitForCountAsync(1);

        if (paused)
        {
            redis.Pause();
        }
        else
        {
            await redis.KillAsync();
        }

        List<Task<Ack>> acks = [];
        foreach (var number in Enumerable.Range(0, 20))
        {
            acks.Add(await sender.BeginAsync(new { type = "sendToGroup", group = "g", dataType = "text", data = $"waiting {number}" }));
            acks.Add(await sender.BeginAsync(new { type = "sendToGroup", group = "own", dataType = "text", data = $"waiting {number}" }));
        }

        acks.Add(await sender.BeginAsync(new { type = "joinGroup", group = "g" }));
        await Eventually.True(
            async () => await cluster.Nodes[0].GetStatusAsync("/health") == HttpStatusCode.ServiceUnavailable, "the node says that Redis is away");
        Assert.DoesNotContain(acks, ack => ack.IsCompleted);
        if (paused)
        {
            redis.Resume();
        }
        else
        {
            await redis.RunAsync();
        }

        foreach (var ack in acks)
        {
            await ack.Within("the ack arrives").Succeeds();
        }

        await cluster.WaitForNodesAsync(2);
        await sender.SendToGroupAsync("g", "after").Succeeds();
        await sender.SendToGroupAsync("own", "after").Succeeds();
        string[] waited = [.. Enumerable.Range(0, 20).Select(number => $"waiting {number}")];
        await AssertReceivedAsync(receiver, "g", ["before", .. waited, "after"]);
        await AssertReceivedAsync(sender, "own", [.. waited, "after"]);
        await AssertReceivedAsync(sender, "g", ["after"]);
    }

    private static async Task AssertReceivedAsync(TestClient client, string group, string[] texts)
    {
        await client.Messages.WaitForAsync(message => message.Group == group && message.Text == texts[^1], $"the last message to {group}");
        Assert.Equal(texts, client.Messages.Items.Where(message => message.Group == group).Select(message => message.Text));
    }

    /// <summary>Everyone sends to a group of the token, to a joined one, to a user, to a connection and to the hub; all arrives.</summary>
    private static async Task AssertEverybodyIsReachedAsync(List<TestClient> clients, string phase)
    {
        for (var i = 0; i < clients.Count; i++)
        {
            var (sender, target, number) = (clients[i], clients[(i + 1) % clients.Count], i);
            await sender.SendToGroupAsync("token", $"{phase} token {number}").Succeeds();
            await sender.SendToGroupAsync("joined", $"{phase} joined {number}").Succeeds();
            await sender.SendToUserAsync(target.UserId!, $"{phase} user {number}").Succeeds();
            await sender.SendToConnectionAsync(target.ConnectionId, $"{phase} connection {number}").Succeeds();
            await sender.BroadcastAsync($"{phase} hub {number}").Succeeds();

            await target.Messages.WaitForAsync(message => message.Text == $"{phase} user {number}", "the message to the user");
            await target.Messages.WaitForAsync(message => message.Text == $"{phase} connection {number}", "the message to the connection");
            foreach (var client in clients)
            {
                foreach (var kind in new[] { "token", "joined", "hub" })
                {
                    await client.Messages.WaitForAsync(message => message.Text == $"{phase} {kind} {number}", $"the message to {kind}");
                }
            }
        }
    }
}
