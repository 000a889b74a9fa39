using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>Messages travel only to nodes that have somebody for them. What interest is in Redis is tested on both kinds (HubScript…Tests).</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class InterestTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    private const int Messages = 200;

    [Fact]
    public async Task A_group_on_one_node_costs_the_others_nothing()
    {
        var member = await ConnectAsync(0, groups: ["g"]);
        var sender = await ConnectAsync(1);
        var witness = await ConnectAsync(2, groups: ["witness"]);
        var before = await SettledInboxMessagesAsync();

        for (var i = 0; i < Messages; i++)
        {
            await sender.SendToGroupAsync("g", i).Succeeds();
        }

        // A hub has one order: when the other nodes report these, they have also counted what came before.
        await sender.JoinAsync("witness").Succeeds();
        await sender.SendToGroupAsync("witness", 1).Succeeds();
        await member.Messages.WaitForCountAsync(Messages);
        await witness.Messages.WaitForCountAsync(1);
        await Eventually.True(
            async () => (await InboxMessagesAsync()).Zip(before).Select(pair => pair.First - pair.Second).ToArray() is var grown
                && grown[0] >= Messages && grown[1] >= 1 && grown[2] >= 1,
            "every node has reported its inbox");

        var after = await InboxMessagesAsync();
        Assert.InRange(after[0] - before[0], Messages, Messages + 20);
        Assert.InRange(after[1] - before[1], 1, 20);
        Assert.InRange(after[2] - before[2], 1, 20);
    }

    [Fact]
    public async Task Interest_is_there_when_a_join_is_acked_and_goes_after_the_last_member()
    {
        var node = Cluster.Nodes[0];
        var clients = new[] { await ConnectAsync(0, "u"), await ConnectAsync(0, "u") };

        foreach (var client in clients)
        {
            await client.JoinAsync("g").Succeeds();
            Assert.Equal([node.NodeId], await NodesIn("g:g"));
        }

        Assert.Equal([node.NodeId], await NodesIn("u:u"));
        Assert.Equal([node.NodeId], await NodesIn("h"));

        await clients[0].LeaveAsync("g").Succeeds();
        await clients[1].SendToGroupAsync("g", 1).Succeeds();
        await clients[1].Messages.WaitForCountAsync(1);
        Assert.Equal([node.NodeId], await NodesIn("g:g"));

        await clients[0].CloseAsync();
        await clients[1].CloseAsync();
        foreach (var set in new[] { "g:g", "u:u", "h" })
        {
            await Eventually.True(async () => (await NodesIn(set)).Length == 0, $"nobody is interested in {set} any more");
        }
    }

    /// <summary>The counters when nothing of earlier tests is on its way into them any more: the same over several reports.</summary>
    private async Task<long[]> SettledInboxMessagesAsync()
    {
        long[] settled = [];
        await Eventually.True(
            async () =>
            {
                settled = await InboxMessagesAsync();
                await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
                var later = await InboxMessagesAsync();
                return settled.SequenceEqual(later);
            },
            "the nodes' reports settle");
        return settled;
    }

    private async Task<long[]> InboxMessagesAsync()
    {
        var view = await Cluster.Nodes[0].GetClusterAsync();
        return [.. Cluster.Nodes.Select(node => view.Find(node.NodeId)!.Load.InboxMessages)];
    }

    /// <summary>Ids of the nodes in an interest set; its members are inboxes, <c>{nodeId}.{generation}</c>.</summary>
    private async Task<string[]> NodesIn(string set) =>
        [.. (await RedisContents.InboxesAsync(Cluster.Redis, Cluster.Keys, Hub, set)).Select(inbox => inbox.Split('.')[0])];
}
