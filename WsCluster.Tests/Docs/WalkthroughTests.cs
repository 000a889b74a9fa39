using WsCluster.Tests.Kit;
using WsCluster.Tests.Sdk;

namespace WsCluster.Tests.Docs;

/// <summary>A newcomer follows the pages, command by command.</summary>
[Collection<OwnClusterCollection>]
public sealed class WalkthroughTests : ProcessTest
{
    private static readonly MarkdownPage ReadMe = MarkdownPage.Read("README.md");

    private Reader? _reader;

    [Fact]
    public async Task The_README_works_as_written()
    {
        SkipWithout("curl");
        var reader = Follow(ReadMe);
        Assert.Equal(["Start it", "A chat in two languages"], Sections(ReadMe));

        await reader.FollowAsync("Start it", "A chat in two languages");

        await Eventually.True(() => NodeOf("Ann") is { } ann && NodeOf("Bob") is { } bob && ann != bob, "both are connected, on different nodes", TimeSpan.FromMinutes(1));
        await AssertTheyTalkAsync();
    }

    [Fact]
    public async Task Getting_started_works_as_written()
    {
        SkipWithout("curl", "lsof", "redis-server", "redis-cli");
        var page = MarkdownPage.Read("docs/getting-started.md");
        var reader = Follow(page);
        Assert.Equal(["A cluster", "Looking around", "Talking across nodes", "Killing nodes", "A Redis of your own", "Tokens"], Sections(page));

        await reader.FollowAsync("A cluster", "Looking around");

        foreach (var chat in ReadMe.CodeBlocks.Where(block => block.FileName == "chat.mjs"))
        {
            reader.WriteFile(chat);
        }

        reader.LinkPackages("npm install");
        await reader.FollowAsync("Talking across nodes");
        Assert.NotEqual(NodeOf("Ann"), NodeOf("Bob"));
        await AssertTheyTalkAsync();

        await reader.FollowAsync("Killing nodes");
        await Eventually.True(() => NodeOf("Ann") == NodeOf("Bob"), "both are on the node that is left", TimeSpan.FromMinutes(1));
        await AssertTheyTalkAsync();

        await reader.FollowAsync("A Redis of your own", "Tokens");
    }

    public override async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed && _reader is not null)
        {
            Report(_reader.Logs());
        }

        await base.DisposeAsync();
    }

    private static void SkipWithout(params string[] programs)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pages' commands are tried on Linux.");
        NodeJs.SkipIfMissing();
        foreach (var program in programs)
        {
            Assert.SkipWhen(TestPaths.Find(program) is null, $"{program} is not installed on this machine.");
        }
    }

    private static IEnumerable<string> Sections(MarkdownPage page) => page.CodeBlocks.Select(block => block.Section).Distinct();

    private Reader Follow(MarkdownPage page) => _reader = Own(new Reader(page));

    /// <summary>The node that a chat is on, as it last said itself.</summary>
    private string? NodeOf(string name) =>
        _reader!.Terminal(name).Log.From(0).LastOrDefault(line => line.StartsWith($"{name} is on node ", StringComparison.Ordinal))?.Split(' ')[^1];

    private async Task AssertTheyTalkAsync()
    {
        await AssertHeardAsync("Ann", "Bob");
        await AssertHeardAsync("Bob", "Ann");
    }

    /// <summary>A client says that it is connected before it is in its group, so the first words may be too early.</summary>
    private async Task AssertHeardAsync(string speaker, string listener)
    {
        var seen = _reader!.Terminal(listener).Log.Count;
        await Eventually.True(
            async () =>
            {
                await _reader.Terminal(speaker).TypeAsync("hello");
                return _reader.Terminal(listener).Log.From(seen).Contains($"{speaker}: hello");
            },
            $"{listener} hears {speaker}");
    }
}
