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
        var cluster = await StartClusterAsync(redis);
        const string Hub = "chat";
        var clients = new List<TestClient>();
        for (var i = 0; i < 6; i++)
        {
            clients.Add(await ConnectAsync(cluster.Nodes[i % 3], Hub, $"u{i}", groups: ["token"]));
            await clients[i].JoinAsync("joined").Succeeds();
        }

        await AssertEverybodyIsReachedAsync(clients, "before");

        await redis.KillAsync();
        foreach (var client in clients)
        {
            await client.SendToGroupAsync("joined", "lost").FailsWith("InternalServerError");
            await client.SendToUserAsync("u0", "lost").FailsWith("InternalServerError");
            await client.BroadcastAsync("lost").FailsWith("InternalServerError");
            await client.JoinAsync("joined while Redis was away").FailsWith("InternalServerError");
        }

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
