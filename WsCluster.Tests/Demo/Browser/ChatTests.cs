using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace WsCluster.Tests.Demo.Browser;

/// <summary>
/// Ann and Bob. A hub has one order, so whoever has heard what was sent later to everyone would have heard what was sent before.
/// </summary>
[Collection<DemoCollection>]
public sealed partial class ChatTests(DemoClusterFixture fixture, ChromiumBrowser browser) : BrowserTest(fixture, browser)
{
    [Fact]
    public async Task They_talk_from_two_nodes()
    {
        var page = await OpenAsync();
        var (ann, bob) = (Chat(page, "Ann"), Chat(page, "Bob"));
        Assert.NotEqual(await ann.GetAttributeAsync("data-node-id"), await bob.GetAttributeAsync("data-node-id"));

        await SayAsync(ann, "Hello from another node!");
        await Heard(bob, "Hello from another node!");
        await SayAsync(bob, "Good morning.");
        await Heard(ann, "Good morning.");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task A_group_is_joined_heard_and_left()
    {
        var page = await OpenAsync();
        var (ann, bob) = (Chat(page, "Ann"), Chat(page, "Bob"));

        await SayToAsync(ann, "Group", "Too early.", "blue");
        await JoinAsync(bob, "blue");
        await SayToAsync(ann, "Group", "To blue.", "blue");
        await Heard(bob, "To blue.");

        await LeaveAsync(bob, "blue");
        await SayToAsync(ann, "Group", "Too late.", "blue");
        await SayToAsync(ann, "Everyone", "To all.");
        await Heard(bob, "To all.");
        await NotHeard(bob, "Too");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task A_user_a_connection_and_everyone_are_reached_and_nobody_else()
    {
        var page = await OpenAsync();
        var (ann, bob) = (Chat(page, "Ann"), Chat(page, "Bob"));
        await LeaveAsync(bob, "lobby");

        await SayToAsync(ann, "User", "To the user.");
        await SayToAsync(ann, "Connection", "To the connection.");
        await SayToAsync(ann, "Everyone", "To everyone.");

        await Heard(bob, "To the user.");
        await Heard(bob, "To the connection.");
        await Heard(bob, "To everyone.");
        await Heard(ann, "To everyone.");
        await NotHeard(ann, "To the");

        await SayToAsync(ann, "User", "Anybody?", "nobody");
        await Assertions.Expect(ann.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Nobody there by that name.");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task The_raw_frames_can_be_seen()
    {
        var page = await OpenAsync();
        var ann = Chat(page, "Ann");
        var frames = ann.GetByRole(AriaRole.Log, new() { Name = "Frames of Ann" });
        var raw = ann.GetByRole(AriaRole.Switch, new() { Name = "Raw frames of Ann" });
        await Assertions.Expect(frames).ToBeHiddenAsync();

        await raw.ClickAsync();
        await SayAsync(ann, "With its frame.");
        await Assertions.Expect(frames).ToContainTextAsync("""{"type":"sendToGroup","group":"lobby",""");
        await Assertions.Expect(frames).ToContainTextAsync("\"success\":true");

        await raw.ClickAsync();
        await Assertions.Expect(frames).ToBeHiddenAsync();
        await Assertions.Expect(Messages(ann)).ToBeVisibleAsync();
        await Heard(ann, "With its frame.");
    }

    [Fact]
    public async Task Latencies_are_drawn_one_for_each_message()
    {
        var page = await OpenAsync();
        var dots = page.Locator("#chart .dot");
        await Assertions.Expect(dots).ToHaveCountAsync(2); // Ann and Bob have greeted each other.

        await SayAsync(Chat(page, "Ann"), "One more.");

        await Assertions.Expect(dots).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#latency-median")).ToHaveTextAsync(Latency());
        await Assertions.Expect(page.Locator("#latency-p99")).ToHaveTextAsync(Latency());
    }

    private static async Task JoinAsync(ILocator chat, string group)
    {
        await chat.GetByRole(AriaRole.Textbox, new() { Name = "Group to join" }).FillAsync(group);
        await Button(chat, "Join").ClickAsync();
        await Assertions.Expect(Button(chat, $"Leave {group}")).ToBeVisibleAsync();
    }

    private static async Task LeaveAsync(ILocator chat, string group)
    {
        await Button(chat, $"Leave {group}").ClickAsync();
        await Assertions.Expect(Button(chat, $"Leave {group}")).ToHaveCountAsync(0);
    }

    [GeneratedRegex(@"^\d+(\.\d+)? m?s$")]
    private static partial Regex Latency();
}
