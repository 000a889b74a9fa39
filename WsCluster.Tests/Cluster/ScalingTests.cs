using System.Collections.Concurrent;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>60 clients talk through the proxy while the cluster goes from three nodes to one, and to five.</summary>
[Collection<OwnClusterCollection>]
public sealed class ScalingTests : ProcessTest
{
    private const string Hub = "chat";
    private const string Room = "room";
    private const int Clients = 60;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<int>> _acked = new();

    [Fact]
    public async Task Scaling_costs_nobody_a_message_who_stays_connected()
    {
        var cluster = await StartClusterAsync(
            await RedisServer.StartAsync(), proxy: true, settings: new Dictionary<string, string> { ["WsCluster__DrainWindow"] = "00:00:03" });
        var stays = cluster.Nodes[0];
        var witness = await ConnectAsync(stays, Hub, groups: [Room]);
        var clients = Enumerable.Range(0, Clients).Select(i => NewClient(cluster, $"c{i}")).ToArray();
        await Task.WhenAll(clients.Select(client => client.StartAsync()));
        var unmoved = clients.Where(client => client.NodeId == stays.NodeId).ToArray();
        using var stop = new CancellationTokenSource();
        var talking = clients.Select(client => TalkAsync(client, stop.Token)).ToArray();
        await Eventually.True(() => clients.All(client => client.Sent >= 2), "everybody talks");

        var leaving = cluster.Nodes.Skip(1).ToArray();
        foreach (var node in leaving)
        {
            using var answer = await stays.PostAsync($"/cluster/nodes/{node.NodeId}:drain");
            Assert.Equal(202, (int)answer.StatusCode);
            cluster.Forget(node);
        }

        foreach (var node in leaving)
        {
            Assert.Equal(0, await node.WaitForExitAsync());
        }

        await Eventually.True(() => clients.All(client => client.IsOn(node => node == stays.NodeId)), "all clients are on the node that stays");
        await cluster.WaitForNodesAsync(1);
        for (var i = 0; i < 4; i++)
        {
            await cluster.AddNodeAsync();
        }

        var newcomer = NewClient(cluster, "newcomer");
        await newcomer.StartAsync();
        Assert.NotEqual(stays.NodeId, newcomer.NodeId); // It has 61 clients, and the others have none.
        Assert.True(await newcomer.SendAsync());
        await stop.CancelAsync();
        await Task.WhenAll(talking);

        await AssertHasAllAsync(witness);
        Assert.All(unmoved, client => Assert.Equal((1, 0), (client.Connects, client.FailedSends)));
        Report($"{Clients - unmoved.Length} of {Clients} clients moved; {clients.Sum(client => client.FailedSends)} of {clients.Sum(client => client.Sent)} sends got no ack.");
    }

    private ReconnectingClient NewClient(TestCluster cluster, string name) =>
        Own(new ReconnectingClient(name, Room, () => TestCluster.ClientUrl(cluster.Proxy, Hub, name, Roles.All)));

    private async Task TalkAsync(ReconnectingClient client, CancellationToken stop)
    {
        var acked = _acked.GetOrAdd(client.Name, _ => []);
        while (!stop.IsCancellationRequested)
        {
            if (await client.SendAsync())
            {
                acked.Enqueue(client.Sent);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What was acked has come, each once and in order, wherever its sender was then.</summary>
    private async Task AssertHasAllAsync(TestClient witness)
    {
        await Eventually.True(
            () => _acked.All(sender => !sender.Value.Except(NumbersOf(witness, sender.Key)).Any()), "the witness has every message that was acked");
        Assert.All(_acked.Keys, sender => Assert.Equal(NumbersOf(witness, sender).Distinct().Order(), NumbersOf(witness, sender)));
    }

    private static IEnumerable<int> NumbersOf(TestClient witness, string sender) => witness.Messages.Items
        .Where(message => message.Data.GetProperty("from").GetString() == sender)
        .Select(message => message.Data.GetProperty("number").GetInt32());
}
