using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo.Browser;

/// <summary>The page in a real browser, on a real cluster.</summary>
[Collection<DemoCollection>]
public sealed partial class BrowserTests(DemoClusterFixture fixture) : ClusterTest(fixture)
{
    private const float PageDeadline = 30_000;

    private readonly List<string> _complaints = [];

    [Fact]
    public async Task Two_chats_on_two_nodes_talk()
    {
        var page = await OpenAsync();
        var (ann, bob) = (Chat(page, "Ann"), Chat(page, "Bob"));
        Assert.NotEqual(await ann.GetAttributeAsync("data-node-id"), await bob.GetAttributeAsync("data-node-id"));

        await SayAsync(ann, "Hello from another node!");
        await Heard(bob, "Hello from another node!");
        await bob.GetByRole(AriaRole.Combobox, new() { Name = "Send to" }).SelectOptionAsync("Everyone");
        await SayAsync(bob, "Good morning, all.");
        await Heard(ann, "Good morning, all.");

        await ann.GetByRole(AriaRole.Switch, new() { Name = "Raw frames of Ann" }).ClickAsync();
        await SayAsync(ann, "With its frame.");
        await Assertions.Expect(ann.GetByRole(AriaRole.Log, new() { Name = "Frames of Ann" })).ToContainTextAsync("\"sendToGroup\"");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task A_swarm_opens_talks_and_is_dropped()
    {
        var page = await OpenAsync();
        var swarm = page.GetByRole(AriaRole.Region, new() { Name = "Swarm" });

        await swarm.GetByRole(AriaRole.Button, new() { Name = "Open 50 clients" }).ClickAsync();
        await Assertions.Expect(swarm).ToHaveAttributeAsync("data-open", "50");
        await swarm.GetByRole(AriaRole.Button, new() { Name = "Make them talk" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-node-id][data-state=ready]")).ToHaveCountAsync(Cluster.Nodes.Count);
        await Eventually.True(
            async () => (await Cluster.Nodes[0].GetClusterAsync()).Nodes.Sum(node => node.Load.DeliveriesPerSecond) > 100,
            "the swarm's messages reach many clients");
        await swarm.GetByRole(AriaRole.Button, new() { Name = "Drop them" }).ClickAsync();
        await Assertions.Expect(swarm).ToHaveAttributeAsync("data-open", "0");
        await Eventually.True(
            async () => (await Cluster.Nodes[0].GetClusterAsync()).Nodes.Sum(node => node.Load.Connections) == 2, "the two chats are left");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task A_killed_node_is_told_of_and_both_chats_go_on()
    {
        var page = await OpenAsync();
        var (ann, bob) = (Chat(page, "Ann"), Chat(page, "Bob"));
        var victimId = await ann.GetAttributeAsync("data-node-id");

        await Cluster.Nodes.Single(node => node.NodeId == victimId).KillAsync();

        var story = page.GetByRole(AriaRole.Log, new() { Name = "Story" });
        await Assertions.Expect(story.Locator("li[data-kind=lost]").First).ToBeVisibleAsync();
        await Assertions.Expect(story.Locator("li[data-kind=back]").First).ToBeVisibleAsync();
        await Assertions.Expect(story.Locator("li[data-kind=died]").First).ToBeVisibleAsync();
        await Assertions.Expect(story.Locator("li[data-kind=cleaned]").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-node-id][data-state=ready]")).ToHaveCountAsync(2);
        await Assertions.Expect(ann).ToHaveAttributeAsync("data-state", "connected");
        Assert.NotEqual(victimId, await ann.GetAttributeAsync("data-node-id"));
        await SayAsync(ann, "Still here.");
        await Heard(bob, "Still here.");
    }

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(3840, ColorScheme.Light)]
    public async Task It_fits_any_screen_and_names_every_control(int width, ColorScheme scheme)
    {
        var page = await OpenAsync(width, 800, scheme);

        Assert.True(
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            "The page scrolls sideways.");
        var controls = page.Locator("button:visible, input:visible, select:visible, a:visible");
        foreach (var control in await controls.AllAsync())
        {
            Assert.Matches("^- [a-z]+ \"[^\"]+\"", await control.AriaSnapshotAsync());
        }

        Assert.Empty(_complaints);
    }

    /// <summary>The pictures in the README. With WSCLUSTER_SCREENSHOTS=true they are written where the README finds them.</summary>
    [Theory]
    [InlineData(ColorScheme.Light, "demo-light.png")]
    [InlineData(ColorScheme.Dark, "demo-dark.png")]
    public async Task Its_picture_is_taken(ColorScheme scheme, string file)
    {
        var page = await OpenAsync(scheme: scheme);
        var swarm = page.GetByRole(AriaRole.Region, new() { Name = "Swarm" });
        await swarm.GetByRole(AriaRole.Button, new() { Name = "Open 50 clients" }).ClickAsync();
        await Assertions.Expect(swarm).ToHaveAttributeAsync("data-open", "50");
        await swarm.GetByRole(AriaRole.Button, new() { Name = "Make them talk" }).ClickAsync();
        await SayAsync(Chat(page, "Ann"), "Morning! I'm on another node than you.");
        await SayAsync(Chat(page, "Bob"), "And your message took the way you see above.");
        await Heard(Chat(page, "Ann"), "And your message");
        await Assertions.Expect(page.Locator("#figure-deliveries")).ToHaveTextAsync(ThreeDigits()); // The page hears of it a little later than we could.

        var folder = Environment.GetEnvironmentVariable("WSCLUSTER_SCREENSHOTS") == "true" ? Path.Combine("docs", "images") : "TestResults";
        var path = Path.Combine(TestPaths.Project, "..", folder, file);
        var picture = await page.ScreenshotAsync(new() { Path = path, FullPage = true });
        Assert.InRange(picture.Length, 20_000, 400_000);
    }

    private async Task<IPage> OpenAsync(int width = 1280, int height = 1000, ColorScheme scheme = ColorScheme.Light)
    {
        var browser = Own(await ChromiumBrowser.StartAsync());
        var page = await browser.NewPageAsync(width, height, scheme);
        page.SetDefaultTimeout(PageDeadline);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        await page.GotoAsync(Cluster.Proxy.Address.AbsoluteUri);
        await Assertions.Expect(Chat(page, "Ann")).ToHaveAttributeAsync("data-state", "connected");
        await Assertions.Expect(Chat(page, "Bob")).ToHaveAttributeAsync("data-state", "connected");
        return page;
    }

    private static ILocator Chat(IPage page, string name) => page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    private static async Task SayAsync(ILocator chat, string text)
    {
        await chat.GetByRole(AriaRole.Textbox, new() { Name = "Message" }).FillAsync(text);
        await chat.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
    }

    private static Task Heard(ILocator chat, string text) =>
        Assertions.Expect(chat.Locator("[role=log]").First).ToContainTextAsync(text);

    [GeneratedRegex(@"^\d{3}$")]
    private static partial Regex ThreeDigits();
}
