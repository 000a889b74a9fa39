using System.Net;
using StackExchange.Redis;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Reliable;

/// <summary>The nodes' links to Redis are cut, and Redis itself loses what it had, while messages are on their way.</summary>
[Collection<OwnClusterCollection>]
public sealed class LinkTests : ProcessTest
{
    private const string Hub = "chat";

    private RedisServer _redis = null!;
    private TestCluster _cluster = null!;

    [Fact]
    public async Task A_cut_subscription_loses_nothing()
    {
        await StartAsync(persists: false);
        await using var flow = await FlowAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString + ",allowAdmin=true");
        for (var round = 0; round < 4; round++)
        {
            await flow.WaitForMoreAsync();
            var killed = (long)await admin.GetServer(_redis.ConnectionString).ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
            Assert.True(killed >= 2, "Each node has one.");
        }

        await flow.WaitForMoreAsync();
        await flow.AssertNothingLostAsync();
    }

    [Fact]
    public async Task A_Redis_that_is_killed_and_has_its_data_again_loses_nothing()
    {
        await StartAsync(persists: true);
        await using var flow = await FlowAsync();
        for (var round = 0; round < 2; round++)
        {
            await flow.WaitForMoreAsync();
            await _redis.KillAsync();
            await _redis.RunAsync();
        }

        await flow.WaitForMoreAsync();
        await flow.AssertNothingLostAsync();
        await _cluster.WaitForNodesAsync(2);

        // Sessions outlive it, too. Not before Redis has that the client has everything: of messages that were under way when Redis died nobody
        // knows whether it got them.
        await Eventually.True(
            async () => await RedisContents.SessionAsync(_redis, _cluster.Keys, Hub, flow.Reliable.ConnectionId) is { Count: > 0 } session && !session.ContainsKey("d"),
            "the client has acknowledged everything");

        flow.Reliable.Abort();
        await flow.Reliable.RecoverAsync(_cluster.Nodes[0]);
    }

    [Fact]
    public async Task A_Redis_that_was_emptied_ends_sessions_and_nothing_else()
    {
        await StartAsync(persists: false);
        await using var flow = await FlowAsync();
        await flow.WaitForMoreAsync();
        await using (var admin = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString + ",allowAdmin=true"))
        {
            await admin.GetServer(_redis.ConnectionString).FlushAllDatabasesAsync();
        }

        Assert.Equal(1008, (await flow.Reliable.Socket.WaitForCloseAsync()).Code);
        await flow.StopAsync();

        // The nodes register anew meanwhile, and say 503 until they have.
        RecoveringClient? again = null;
        await Eventually.True(
            async () =>
            {
                await AssertRefusedAsync(flow.Reliable.RecoveryUrl(_cluster.Nodes[0]));
                again = await ConnectReliableAsync(_cluster.Nodes[1], Hub, groups: ["g"]);
                return true;
            },
            "the nodes take clients again");
        await _cluster.WaitForNodesAsync(2);
        await flow.Sender.SendToGroupAsync("g", "after").Succeeds();
        await again!.AssertReceivedAsync("after");
        Assert.All(flow.Plain, client => Assert.True(client.IsOpen, "Plain clients stay."));
        await Task.WhenAll(flow.Plain.Select(client => client.Messages.WaitForAsync(message => message.Text == "after", "traffic flows")));
    }

    /// <summary>The lease is renewed, Redis answers everything, and yet no message would come: Redis lets nobody subscribe.</summary>
    [Fact]
    public async Task A_node_that_does_not_hear_its_inbox_is_not_healthy()
    {
        await StartAsync(persists: false);
        await using var flow = await FlowAsync(intervalMs: 50);
        await flow.WaitForMoreAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString + ",allowAdmin=true");
        var server = admin.GetServer(_redis.ConnectionString);
        await server.ExecuteAsync("ACL", "SETUSER", "default", "-subscribe");
        await server.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");

        foreach (var node in _cluster.Nodes)
        {
            await Eventually.True(async () => await node.GetStatusAsync("/health") == HttpStatusCode.ServiceUnavailable, $"{node.Name} is not healthy");
            using var health = await node.GetAsync("/health");
            var text = await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains("\"registered\":true", text, StringComparison.Ordinal);
            Assert.Contains("\"hears\":false", text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Handshake.TryAsync(TestCluster.ClientUrl(node, Hub), Subprotocols.Json)).Status);
        }

        await server.ExecuteAsync("ACL", "SETUSER", "default", "+subscribe");

        foreach (var node in _cluster.Nodes)
        {
            await Eventually.True(async () => await node.GetStatusAsync("/health") == HttpStatusCode.OK, $"{node.Name} is healthy again");
        }

        await flow.WaitForMoreAsync();
        await flow.AssertNothingLostAsync();
    }

    private async Task StartAsync(bool persists)
    {
        _redis = await RedisServer.StartAsync(persists);
        _cluster = await StartClusterAsync(_redis, nodes: 2, settings: new Dictionary<string, string> { ["WsCluster__PublishTimeout"] = "00:00:30" });
    }

    private async Task<Flow> FlowAsync(int intervalMs = 2) => new(
        await ConnectAsync(_cluster.Nodes[0], Hub),
        await ConnectReliableAsync(_cluster.Nodes[1], Hub, groups: ["g"]),
        [await ConnectAsync(_cluster.Nodes[0], Hub, groups: ["g"]), await ConnectAsync(_cluster.Nodes[1], Hub, groups: ["g"])],
        TimeSpan.FromMilliseconds(intervalMs));
}
