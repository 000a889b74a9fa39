using System.Diagnostics;
using Microsoft.Playwright;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo.Browser;

/// <summary>Something dies while the page is open: it says so, and goes on.</summary>
[Collection<DemoCollection>]
public sealed class FailureTests(DemoClusterFixture fixture, ChromiumBrowser browser) : BrowserTest(fixture, browser)
{
    [Fact]
    public async Task A_killed_node_is_told_of_and_both_chats_go_on()
    {
        var page = await OpenAsync();
        var (ann, bob) = (Chat(page, "Ann"), Chat(page, "Bob"));
        var victimId = await ann.GetAttributeAsync("data-node-id");
        var victim = Cluster.Nodes.Single(node => node.NodeId == victimId);
        var stream = Own(await StatusStream.OpenAsync(Cluster.Proxy.Address));
        var shown = page.Locator($"#picture [data-node-id='{victim.NodeId}']");

        var watch = Stopwatch.StartNew();
        await victim.KillAsync();

        await Assertions.Expect(Story(page, "lost")).ToBeVisibleAsync();
        await Assertions.Expect(Story(page, "back")).ToBeVisibleAsync();
        Report($"Ann was back {watch.Elapsed.TotalSeconds:0.00} s after the SIGKILL.");
        await Assertions.Expect(shown).ToHaveAttributeAsync("data-state", "dead");
        Report($"The picture showed the death {watch.Elapsed.TotalSeconds:0.00} s after the SIGKILL.");
        await Assertions.Expect(Story(page, "moved")).ToContainTextAsync("Ann moved from ");
        await Assertions.Expect(Story(page, "died")).ToContainTextAsync(victim.Address.Authority);
        await Assertions.Expect(Story(page, "cleaned")).ToBeVisibleAsync();

        // The claim may be over before the registry is read again, and then nobody hears of it; if it was told, the page tells it.
        await stream.WaitForStoryAsync("cleaned", victim.NodeId);
        foreach (var kind in stream.Told(victim.NodeId))
        {
            await Assertions.Expect(Story(page, kind)).ToBeVisibleAsync();
        }

        await Assertions.Expect(shown).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("[data-node-id][data-state=ready]")).ToHaveCountAsync(2);
        await Assertions.Expect(ann).ToHaveAttributeAsync("data-state", "connected");
        Assert.NotEqual(victim.NodeId, await ann.GetAttributeAsync("data-node-id"));
        await SayAsync(ann, "Still here.");
        await Heard(bob, "Still here.");
        await SayAsync(bob, "So am I.");
        await Heard(ann, "So am I.");
    }

    [Fact]
    public async Task An_outage_of_Redis_is_shown_and_its_end()
    {
        var redis = await RedisServer.StartAsync();
        var cluster = Own(await TestCluster.StartAsync(redis, nodes: 2, proxy: true, proxySettings: DemoClusterFixture.Settings));
        Watch(cluster);
        var page = await OpenAsync(cluster);
        var state = page.GetByRole(AriaRole.Status, new() { Name = "State of the cluster" });
        await Assertions.Expect(state).ToHaveAttributeAsync("data-level", "ok");

        await redis.KillAsync();
        await Assertions.Expect(state).ToContainTextAsync("Redis does not answer.");
        await Assertions.Expect(page.Locator("#picture")).ToHaveAttributeAsync("data-redis", "away");
        await Assertions.Expect(Story(page, "redis-lost")).ToBeVisibleAsync();
        await Assertions.Expect(Chat(page, "Ann")).ToHaveAttributeAsync("data-state", "connected");

        await redis.RunAsync();
        await Assertions.Expect(Story(page, "redis-back")).ToBeVisibleAsync();
        await Assertions.Expect(state).ToHaveTextAsync("All nodes are ready. Redis answers.");
        await Assertions.Expect(Chat(page, "Bob")).ToHaveAttributeAsync("data-state", "connected");
        await SayAsync(Chat(page, "Ann"), "Is it back?");
        await Heard(Chat(page, "Bob"), "Is it back?");
    }
}
