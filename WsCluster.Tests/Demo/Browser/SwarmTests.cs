using Microsoft.Playwright;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo.Browser;

/// <summary>Fifty clients at a click.</summary>
[Collection<DemoCollection>]
public sealed class SwarmTests(DemoClusterFixture fixture, ChromiumBrowser browser) : BrowserTest(fixture, browser)
{
    [Fact]
    public async Task A_swarm_opens_talks_and_is_dropped()
    {
        var page = await OpenAsync();
        var swarm = Swarm(page);

        await Button(swarm, "Open 50 clients").ClickAsync();
        await Assertions.Expect(swarm).ToHaveAttributeAsync("data-open", "50");
        await Button(swarm, "Make them talk").ClickAsync();
        await Assertions.Expect(page.Locator("[data-node-id][data-state=ready]")).ToHaveCountAsync(Cluster.Nodes.Count);
        await Eventually.True(
            async () => (await Cluster.Nodes[0].GetClusterAsync()).Nodes.Sum(node => node.Load.DeliveriesPerSecond) > 100,
            "the swarm's messages reach many clients");
        await Button(swarm, "Drop them").ClickAsync();
        await Assertions.Expect(swarm).ToHaveAttributeAsync("data-open", "0");
        await Eventually.True(
            async () => (await Cluster.Nodes[0].GetClusterAsync()).Nodes.Sum(node => node.Load.Connections) == 2, "the two chats are left");
        Assert.Empty(Complaints);
    }
}
