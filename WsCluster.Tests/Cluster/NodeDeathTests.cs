using System.Diagnostics;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>300 clients talk through the proxy while one of three nodes is killed.</summary>
[Collection<OwnClusterCollection>]
public sealed class NodeDeathTests : ProcessTest
{
    private const int Rooms = 30;
    private const int PerRoom = 10;
    private const string Hub = "chat";

    [Fact]
    public async Task Only_the_clients_of_the_dead_node_notice_and_they_come_back()
    {
        var cluster = await StartClusterAsync(await RedisServer.StartAsync(), proxy: true);
        var clients = await ConnectAllAsync(cluster);
        using var stop = new CancellationTokenSource();
        var talking = clients.Select(client => TalkAsync(client, stop.Token)).ToArray();
        await Eventually.True(() => clients.All(client => client.Sent >= 2), "everybody talks");

        var doomed = cluster.Nodes[1];
        var undisturbed = clients.Where(client => client.NodeId != doomed.NodeId).ToHashSet();
        Assert.InRange(undisturbed.Count, 1, clients.Count - 1);
        await doomed.KillAsync();
        var sinceDeath = Stopwatch.StartNew();
        cluster.Forget(doomed);

        var back = await Eventually.True(
            () => clients.All(client => client.IsOn(node => node != doomed.NodeId)), "all clients are on living nodes", TimeSpan.FromSeconds(60));
        Report($"{clients.Count - undisturbed.Count} of {clients.Count} clients were back after {back.TotalSeconds:0.0} s.");
        await cluster.WaitForNodesAsync(2);
        Report($"The node was gone from every /cluster {sinceDeath.Elapsed.TotalSeconds:0.0} s after its death.");
        await Eventually.True(
            async () => (await RedisContents.FindAsync(cluster.Redis, doomed.NodeId)).Count == 0, "no key names the dead node");
        Report($"No key named it {sinceDeath.Elapsed.TotalSeconds:0.0} s after its death.");

        await stop.CancelAsync();
        await Task.WhenAll(talking);
        await AssertEverybodyIsHeardAsync(clients);
        AssertUndisturbed(clients, undisturbed);
    }

    private async Task<List<ReconnectingClient>> ConnectAllAsync(TestCluster cluster)
    {
        var clients = new List<ReconnectingClient>();
        for (var i = 0; i < Rooms * PerRoom; i++)
        {
            var name = $"c{i}";
            clients.Add(Own(new ReconnectingClient(name, Room(i), () => TestCluster.ClientUrl(cluster.Proxy, Hub, name, Roles.All))));
        }

        foreach (var some in clients.Chunk(25))
        {
            await Task.WhenAll(some.Select(client => client.StartAsync()));
        }

        return clients;
    }

    private static string Room(int client) => $"room {client % Rooms}";

    private static async Task TalkAsync(ReconnectingClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await client.SendAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(500), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Each one's next message reaches its whole room.</summary>
    private static async Task AssertEverybodyIsHeardAsync(List<ReconnectingClient> clients)
    {
        foreach (var client in clients)
        {
            Assert.True(await client.SendAsync(), $"{client.Name} can send.");
        }

        for (var i = 0; i < clients.Count; i++)
        {
            var sender = clients[i];
            for (var j = i % Rooms; j < clients.Count; j += Rooms)
            {
                var receiver = clients[j];
                await Eventually.True(
                    () => receiver.ReceivedFrom(sender.Name).Contains(sender.Sent), $"{receiver.Name} hears {sender.Name} at last");
            }
        }
    }

    private static void AssertUndisturbed(List<ReconnectingClient> clients, HashSet<ReconnectingClient> undisturbed)
    {
        foreach (var client in undisturbed)
        {
            Assert.Equal((1, 0), (client.Connects, client.FailedSends));
        }

        for (var i = 0; i < clients.Count; i++)
        {
            for (var j = i % Rooms; j < clients.Count; j += Rooms)
            {
                if (undisturbed.Contains(clients[i]) && undisturbed.Contains(clients[j]))
                {
                    // Members joined one after the other, so the first numbers may be missing; from then on none is.
                    var numbers = clients[j].ReceivedFrom(clients[i].Name);
                    Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
                    Assert.Equal(clients[i].Sent, numbers[^1]);
                }
            }
        }
    }
}
