using Microsoft.Playwright;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo.Browser;

/// <summary>Base of tests of the page in a real browser, on a real cluster.</summary>
public abstract class BrowserTest(DemoClusterFixture fixture, ChromiumBrowser browser) : ClusterProcessTest(fixture)
{
    private protected const float PageDeadline = 30_000; // ms

    /// <summary>Errors and warnings in the console of the page.</summary>
    private protected List<string> Complaints { get; } = [];

    /// <summary>Opens the page and waits until both chats are connected.</summary>
    private protected Task<IPage> OpenAsync(int width = 1280, int height = 1000, ColorScheme scheme = ColorScheme.Light, ReducedMotion motion = ReducedMotion.NoPreference) =>
        OpenAsync(Cluster, width, height, scheme, motion);

    /// <inheritdoc cref="OpenAsync(int, int, ColorScheme, ReducedMotion)"/>
    private protected async Task<IPage> OpenAsync(
        TestCluster cluster, int width = 1280, int height = 1000, ColorScheme scheme = ColorScheme.Light, ReducedMotion motion = ReducedMotion.NoPreference)
    {
        var context = Own(await browser.NewContextAsync(
            new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = motion }));
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(PageDeadline);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Add(error);
        await page.GotoAsync(cluster.Proxy.Address.AbsoluteUri);
        await Assertions.Expect(Chat(page, "Ann")).ToHaveAttributeAsync("data-state", "connected");
        await Assertions.Expect(Chat(page, "Bob")).ToHaveAttributeAsync("data-state", "connected");
        return page;
    }

    private protected static ILocator Chat(IPage page, string name) => page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    private protected static ILocator Swarm(IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Swarm" });

    private protected static ILocator Story(IPage page, string kind) =>
        page.GetByRole(AriaRole.Log, new() { Name = "Story" }).Locator($"li[data-kind={kind}]").First;

    private protected static ILocator Button(ILocator within, string name) => within.GetByRole(AriaRole.Button, new() { Name = name });

    private protected static async Task SayAsync(ILocator chat, string text)
    {
        await chat.GetByRole(AriaRole.Textbox, new() { Name = "Message" }).FillAsync(text);
        await Button(chat, "Send").ClickAsync();
    }

    /// <summary>Says something to a kind of target; names it unless the form's offer is right.</summary>
    private protected static async Task SayToAsync(ILocator chat, string kind, string text, string? target = null)
    {
        await chat.GetByRole(AriaRole.Combobox, new() { Name = "Send to" }).SelectOptionAsync(kind);
        if (target is not null)
        {
            await chat.GetByRole(AriaRole.Textbox, new() { Name = "Target" }).FillAsync(target);
        }

        await SayAsync(chat, text);
    }

    private protected static ILocator Messages(ILocator chat) => chat.Locator(".messages");

    private protected static Task Heard(ILocator chat, string text) => Assertions.Expect(Messages(chat)).ToContainTextAsync(text);

    private protected static Task NotHeard(ILocator chat, string text) => Assertions.Expect(Messages(chat)).Not.ToContainTextAsync(text);
}
