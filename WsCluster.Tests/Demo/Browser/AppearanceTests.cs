using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo.Browser;

/// <summary>How the page looks, to the eye, the keyboard and a screen reader.</summary>
[Collection<DemoCollection>]
public sealed partial class AppearanceTests(DemoClusterFixture fixture, ChromiumBrowser browser) : BrowserTest(fixture, browser)
{
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

        Assert.Empty(Complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Everything_can_be_told_from_its_ground(ColorScheme scheme)
    {
        // Without motion: a node that is still fading in is paler than it will be.
        var page = await OpenAsync(scheme: scheme, motion: ReducedMotion.Reduce);
        var script = await File.ReadAllTextAsync(
            Path.Combine(TestPaths.Project, "Demo", "Browser", "contrast.js"), TestContext.Current.CancellationToken);

        Assert.Empty(await page.EvaluateAsync<string[]>(script));
    }

    [Fact]
    public async Task The_theme_is_the_systems_until_the_button_is_pressed_and_stays_then()
    {
        var page = await OpenAsync();
        Assert.Equal("rgb(250, 249, 246)", await GroundAsync(page));

        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        Assert.Equal("rgb(15, 17, 20)", await GroundAsync(page));
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Light theme" }).ClickAsync();
        Assert.Equal("rgb(250, 249, 246)", await GroundAsync(page));
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ReducedMotion.NoPreference, true)]
    [InlineData(ReducedMotion.Reduce, false)]
    public async Task Messages_travel_as_dots_unless_motion_is_unwanted(ReducedMotion motion, bool dots)
    {
        var page = await OpenAsync(motion: motion);
        await page.EvaluateAsync("""
            new MutationObserver((changes) => {
              if (changes.some(({ addedNodes }) => [...addedNodes].some((node) => node.matches("#picture .dot.bob")))) document.body.dataset.dots = "seen";
            }).observe(document.getElementById("picture"), { childList: true, subtree: true })
            """);

        await SayAsync(Chat(page, "Bob"), "On my way.");
        await Heard(Chat(page, "Ann"), "On my way.");

        await Assertions.Expect(page.Locator("#figure-nodes")).ToHaveTextAsync("3");
        Assert.Equal(dots ? "seen" : null, await page.EvaluateAsync<string?>("document.body.dataset.dots"));
    }

    [Fact]
    public async Task The_keyboard_reaches_every_control_and_shows_where_it_is()
    {
        var page = await OpenAsync();
        while (await FocusNextAsync(page) is { } focused)
        {
            var control = focused.Split('|');
            Assert.True(control[1] is "solid", $"Where the focus is can't be seen: {control[0]}");
        }

        var missed = page.Locator(":is(button:enabled, input, select, a):visible:not([data-reached])");
        Assert.Empty(await missed.EvaluateAllAsync<string[]>("controls => controls.map(control => control.outerHTML)"));
    }

    /// <summary>The pictures in the README. With WSCLUSTER_SCREENSHOTS=true they are written where the README finds them.</summary>
    [Theory]
    [InlineData(ColorScheme.Light, "demo-light.png")]
    [InlineData(ColorScheme.Dark, "demo-dark.png")]
    public async Task Its_picture_is_taken(ColorScheme scheme, string file)
    {
        var page = await OpenAsync(scheme: scheme);
        await Button(Swarm(page), "Open 50 clients").ClickAsync();
        await Assertions.Expect(Swarm(page)).ToHaveAttributeAsync("data-open", "50");
        await Button(Swarm(page), "Make them talk").ClickAsync();
        await SayAsync(Chat(page, "Ann"), "Morning! I'm on another node than you.");
        await SayAsync(Chat(page, "Bob"), "And your message took the way you see above.");
        await Heard(Chat(page, "Ann"), "And your message");
        await Assertions.Expect(page.Locator("#figure-deliveries")).ToHaveTextAsync(ThreeDigits()); // The page hears of it a little later than we could.

        var folder = Environment.GetEnvironmentVariable("WSCLUSTER_SCREENSHOTS") == "true" ? Path.Combine("docs", "images") : "TestResults";
        var path = Path.Combine(TestPaths.Project, "..", folder, file);
        var picture = await page.ScreenshotAsync(new() { Path = path, FullPage = true });
        Assert.InRange(picture.Length, 20_000, 400_000);
    }

    private static Task<string> GroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");

    /// <summary>Presses Tab and marks what has the focus then. Answers its name and the style of its outline; null at the end.</summary>
    private static async Task<string?> FocusNextAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Tab");
        return await page.EvaluateAsync<string?>("""
            () => {
              const focused = document.activeElement;
              if (focused === document.body) return null;
              focused.dataset.reached = "";
              return `${focused.localName} ${focused.textContent.trim()}|${getComputedStyle(focused).outlineStyle}`;
            }
            """);
    }

    [GeneratedRegex(@"^\d{3}$")]
    private static partial Regex ThreeDigits();
}
