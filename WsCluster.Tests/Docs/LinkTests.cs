using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Docs;

/// <summary>Links between the pages, and from them to files, go somewhere.</summary>
public sealed class LinkTests
{
    private const string FrontPage = "README.md";

    public static TheoryData<string> Pages => [.. MarkdownPage.Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_goes_somewhere(string page) =>
        Assert.All(MarkdownPage.Read(page).Targets, target => Assert.True(IsAlive(page, target), $"{page} links to '{target}', which is not there."));

    [Fact]
    public void Every_page_is_reached_from_the_front_page()
    {
        HashSet<string> reached = [FrontPage];
        var ahead = new Queue<string>(reached);
        while (ahead.TryDequeue(out var page))
        {
            foreach (var next in MarkdownPage.Read(page).Targets.Where(target => !IsExternal(target)).Select(target => Resolve(page, target).Path))
            {
                if (next.EndsWith(".md", StringComparison.Ordinal) && File.Exists(Path.Combine(TestPaths.Repository, next)) && reached.Add(next))
                {
                    ahead.Enqueue(next);
                }
            }
        }

        Assert.Equal(MarkdownPage.Names, reached.Order(StringComparer.Ordinal));
    }

    private static bool IsAlive(string page, string target)
    {
        if (IsExternal(target))
        {
            return Uri.IsWellFormedUriString(target, UriKind.Absolute);
        }

        var (path, anchor) = Resolve(page, target);
        var full = Path.Combine(TestPaths.Repository, path);
        return !path.StartsWith("..", StringComparison.Ordinal)
            && (File.Exists(full) || Directory.Exists(full))
            && (anchor is null || MarkdownPage.Read(path).Anchors.Contains(anchor));
    }

    /// <summary>What is elsewhere is not asked for: a test that needs the internet fails for reasons of its own.</summary>
    private static bool IsExternal(string target) => target.StartsWith("http:", StringComparison.Ordinal) || target.StartsWith("https:", StringComparison.Ordinal);

    private static (string Path, string? Anchor) Resolve(string page, string target)
    {
        var parts = target.Split('#', 2);
        var full = parts[0].Length == 0
            ? Path.Combine(TestPaths.Repository, page)
            : Path.Combine(TestPaths.Repository, Path.GetDirectoryName(page)!, Uri.UnescapeDataString(parts[0]));
        return (Path.GetRelativePath(TestPaths.Repository, Path.GetFullPath(full)).Replace('\\', '/'), parts.ElementAtOrDefault(1));
    }
}
