using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>A node drains while others take clients: where its clients are closed when, and who comes in meanwhile.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class DrainTests(EmbeddedClusterFixture fixture) : ClusterProcessTest(fixture)
{
    /// <summary>Longer than any test waits: what happens before its end does not happen because of it.</summary>
    private const string Endless = "00:30:00";

    [Fact]
    public async Task Clients_are_closed_one_after_the_other_and_the_others_are_served_on()
    {
        var node = await AddNodeAsync("00:01:00");
        var clients = await ConnectManyAsync(node, 200); // The first one goes after 0.3 s, on average.

        node.Terminate();
        Assert.Equal(1001, (await (await Task.WhenAny(clients.Select(client => client.Closed)).Within("the first client is closed"))).Code);
        Assert.Equal(NodeState.Draining, (await ReadRegistryAsync()).Find(node.NodeId)?.State);
        await AssertServedAsync(clients);

        // Said once more it is the same.
        node.Terminate();
        await Task.WhenAny(clients.Where(client => client.IsOpen).Select(client => client.Closed)).Within("another client is closed");
        await AssertServedAsync(clients);
        Assert.Equal(HttpStatusCode.OK, await node.GetStatusAsync("/alive"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await node.GetStatusAsync("/health"));

        // Somebody presses Ctrl-C: he is waiting.
        node.Interrupt();
        await AssertEndsAsync(node, clients);
    }

    [Fact]
    public async Task The_process_ends_as_soon_as_it_is_empty()
    {
        var node = await AddNodeAsync(Endless);
        var clients = await ConnectManyAsync(node, 2);

        node.Terminate();
        await Eventually.True(async () => await node.GetStatusAsync("/health") == HttpStatusCode.ServiceUnavailable, "the node drains");
        await Task.WhenAll(clients.Select(client => client.CloseAsync()));

        Assert.Equal(0, await node.WaitForExitAsync());
        await Cluster.WaitForNodesAsync(3);
    }

    [Fact]
    public async Task The_process_ends_with_the_window_even_if_a_client_never_answers()
    {
        var node = await AddNodeAsync("00:00:01", ("WsCluster__CloseTimeout", "00:00:01"));
        var clients = await ConnectManyAsync(node, 20);
        using var deaf = await RawClient.UpgradeAsync(TestCluster.ClientUrl(node, Hub));

        node.Terminate();

        await AssertEndsAsync(node, clients);
        Assert.Equal(1001, await deaf.ReadCloseCodeAsync());
    }

    [Fact]
    public async Task Newcomers_and_recoveries_go_elsewhere_at_once()
    {
        // It is the emptiest node, so that the proxy would like it best.
        foreach (var other in Cluster.Nodes)
        {
            await ConnectManyAsync(other, 5);
        }

        var node = await AddNodeAsync(Endless);
        var client = Assert.Single(await ConnectManyAsync(node, 1));
        node.Terminate();
        await Eventually.True(async () => await node.GetStatusAsync("/health") == HttpStatusCode.ServiceUnavailable, "the node drains");

        var recovery = $"awps_connection_id={client.ConnectionId}&awps_reconnection_token=x";
        for (var i = 0; i < 20; i++)
        {
            Assert.NotEqual(node.NodeId, (await ConnectAsync(Cluster.Proxy, Hub)).NodeId);
            var recovered = Own(await SimpleClient.ConnectAsync(TestCluster.ClientUrl(Cluster.Proxy, Hub, query: recovery), Subprotocols.JsonReliable));
            Assert.NotEqual(node.NodeId, recovered.NodeId);
        }

        // Whoever asks the node itself is told that it is a passing fault: SDKs try again, and end up elsewhere.
        foreach (var query in new[] { null, recovery })
        {
            var refused = await Handshake.TryAsync(TestCluster.ClientUrl(node, Hub, query: query), Subprotocols.JsonReliable);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        }

        Assert.True(client.IsOpen);
        node.Interrupt();
        await AssertEndsAsync(node, [client]);
    }

    [Fact]
    public async Task What_was_acked_has_arrived_and_what_was_not_acked_arrived_whole_or_not_at_all()
    {
        var node = await AddNodeAsync("00:00:00");
        var receiver = await ConnectAsync(0, groups: ["g"]);
        var sender = await ConnectAsync(node, Hub);
        var acks = new List<Task<Ack>>();
        var sending = SendUntilClosedAsync(sender, acks);
        await receiver.Messages.WaitForCountAsync(100);

        node.Terminate();

        await AssertEndsAsync(node, [sender]);
        await sending.Within("the sender notices");
        var acked = acks.Count(ack => ack.IsCompletedSuccessfully);
        Assert.All(acks.Where(ack => ack.IsCompletedSuccessfully), ack => Assert.True(ack.Result.Success));
        var received = (await receiver.Messages.WaitForCountAsync(acked)).Select(message => message.Data.GetInt32()).ToArray();
        Assert.Equal(Enumerable.Range(1, received.Length), received);
    }

    private static async Task SendUntilClosedAsync(TestClient sender, List<Task<Ack>> acks)
    {
        try
        {
            while (sender.IsOpen)
            {
                acks.Add(await sender.BeginAsync(new { type = "sendToGroup", group = "g", dataType = "json", data = acks.Count + 1 }));
                await Task.Yield();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException)
        {
            // Closed while it sent.
        }
    }

    private async Task<NodeProcess> AddNodeAsync(string window, params (string Name, string Value)[] settings)
    {
        var node = await Cluster.AddNodeAsync(
            settings.Append(("WsCluster__DrainWindow", window)).ToDictionary(setting => setting.Item1, setting => setting.Item2));
        Cluster.Forget(node);
        return node;
    }

    private async Task<IReadOnlyList<TestClient>> ConnectManyAsync(NodeProcess node, int count)
    {
        var clients = new List<TestClient>();
        for (var i = 0; i < count; i++)
        {
            clients.Add(await ConnectAsync(node, Hub, groups: ["all"]));
        }

        return clients;
    }

    private async Task AssertServedAsync(IReadOnlyList<TestClient> clients)
    {
        Assert.Contains(clients, client => client.IsOpen);
        var text = Guid.NewGuid().ToString();
        await (await ConnectAsync(0)).SendToGroupAsync("all", text).Succeeds();
        await Eventually.True(
            () => clients.Any(client => client.IsOpen && client.Messages.Items.Any(message => message.Text == text)), "a client that is left gets a message");
    }

    private async Task AssertEndsAsync(NodeProcess node, IReadOnlyList<TestClient> clients)
    {
        Assert.Equal(0, await node.WaitForExitAsync());
        foreach (var client in clients)
        {
            Assert.Equal(1001, (await client.WaitForCloseAsync()).Code);
        }

        Assert.Empty(await RedisContents.FindAsync(Cluster.Redis, node.NodeId));
        await Cluster.WaitForNodesAsync(3);
    }

    private async Task<ClusterSnapshot> ReadRegistryAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Cluster.Redis.ConnectionString);
        return await new NodeRegistry(redis, Cluster.Keys, Options.Create(new ClusterOptions())).ReadAsync();
    }
}
