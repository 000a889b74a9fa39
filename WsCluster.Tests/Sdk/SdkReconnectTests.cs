using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Sdk;

/// <summary>The SDK's autoReconnect, when its node is killed or stopped.</summary>
[Collection<OwnClusterCollection>]
public sealed class SdkReconnectTests : ProcessTest
{
    private const string Hub = "chat";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_loses_its_node_comes_back_through_the_proxy_and_into_its_groups(bool killed)
    {
        var cluster = await StartClusterAsync(await TestRedis.StartAsync(RedisKind.Embedded), nodes: 2, proxy: true);
        var endpoint = cluster.Proxy.Address.GetLeftPart(UriPartial.Authority);
        var script = Own(NodeJs.Start("reconnect.mjs", endpoint, AccessTokens.AccessKey, Hub));
        var first = NodeOf(await script.WaitForEventAsync("ready"));
        var node = cluster.Nodes.Single(node => node.NodeId == first);
        var survivor = cluster.Nodes.Single(node => node.NodeId != first);
        var sender = await ConnectAsync(survivor, Hub);
        await AssertHeardAsync(sender, script, "before");

        if (killed)
        {
            await node.KillAsync();
        }
        else
        {
            Assert.Equal(0, await node.StopAsync());
        }

        cluster.Forget(node);
        Assert.Equal(survivor.NodeId, NodeOf(await script.WaitForEventAsync("connected")));
        await AssertHeardAsync(sender, script, "after");
        Assert.Equal(0, await script.EndAsync());
        Assert.False(script.Log.Contains("rejoin-group-failed"), "All groups were rejoined.");
    }

    /// <summary>With the reliable protocol it comes back to its session, and takes the connection for the same.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reliable_client_that_loses_its_node_loses_nothing_and_is_told_nothing(bool killed)
    {
        var cluster = await StartClusterAsync(await TestRedis.StartAsync(RedisKind.Embedded), nodes: 2, proxy: true);
        var endpoint = cluster.Proxy.Address.GetLeftPart(UriPartial.Authority);
        var script = Own(NodeJs.Start("reconnect.mjs", endpoint, AccessTokens.AccessKey, Hub, "reliable"));
        var first = NodeOf(await script.WaitForEventAsync("ready"));
        var node = cluster.Nodes.Single(node => node.NodeId == first);
        var sender = await ConnectAsync(cluster.Nodes.Single(node => node.NodeId != first), Hub);
        await AssertHeardAsync(sender, script, "before");

        if (killed)
        {
            await node.KillAsync();
        }
        else
        {
            Assert.Equal(0, await node.StopAsync());
        }

        cluster.Forget(node);
        await sender.SendToGroupAsync("g1", "while it is away").Succeeds();
        Assert.Equal("while it is away", (await script.WaitForEventAsync("message")).GetProperty("data").GetString());
        await AssertHeardAsync(sender, script, "after");
        Assert.False(script.Log.Contains("\"event\":\"disconnected\""), "It was not told that it was away.");
        Assert.Equal(0, await script.EndAsync());
        Assert.False(script.Log.Contains("\"event\":\"connected\""), "It was never connected anew.");
    }

    private static async Task AssertHeardAsync(TestClient sender, ScriptProcess script, string text)
    {
        await sender.SendToGroupAsync("left", "not for it").Succeeds();
        foreach (var group in new[] { "g1", "g2" })
        {
            await sender.SendToGroupAsync(group, $"{text} {group}").Succeeds();
            var message = await script.WaitForEventAsync("message");
            Assert.Equal($"{text} {group}", message.GetProperty("data").GetString());
        }
    }

    private static string NodeOf(JsonElement told) => told.GetProperty("connectionId").GetString()!.Split('.')[1];
}
