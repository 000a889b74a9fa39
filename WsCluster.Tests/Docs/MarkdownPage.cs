using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Docs;

/// <summary>A Markdown file of the repository, read as GitHub reads it.</summary>
internal sealed partial class MarkdownPage
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePreciseSourceLocation().UsePipeTables().UseAutoLinks().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    private readonly string _text;
    private readonly MarkdownDocument _document;

    private MarkdownPage(string name)
    {
        Name = name;
        _text = File.ReadAllText(FullPath);
        _document = Markdown.Parse(_text, Pipeline);
    }

    /// <summary>Path from the root of the repository, with slashes.</summary>
    public string Name { get; }

    public string FullPath => Path.Combine(TestPaths.Repository, Name);

    /// <summary>All pages: the README and everything under docs.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(TestPaths.Repository, "*.md")
        .Concat(Directory.GetFiles(Path.Combine(TestPaths.Repository, "docs"), "*.md", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(TestPaths.Repository, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    public static MarkdownPage Read(string name) => new(name);

    /// <summary>The anchors of its headings.</summary>
    public IEnumerable<string> Anchors => _document.Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id!);

    /// <summary>Where its links and pictures point, those in HTML included.</summary>
    public IEnumerable<string> Targets =>
        _document.Descendants<LinkInline>().Select(link => link.Url ?? "")
            .Concat(_document.Descendants<AutolinkInline>().Select(link => link.Url))
            .Concat(_document.Descendants<HtmlBlock>().SelectMany(html => TargetsInHtml(Source(html))))
            .Concat(_document.Descendants<HtmlInline>().SelectMany(html => TargetsInHtml(html.Tag)));

    public IReadOnlyList<CodeBlock> CodeBlocks => [.. _document.Descendants<FencedCodeBlock>().Select(ReadCode)];

    public IReadOnlyList<MarkdownTable> Tables => [.. _document.Descendants<Table>().Select(table => new MarkdownTable(_text, table))];

    /// <summary>Code inside of sentences.</summary>
    public IEnumerable<string> CodeSpans => _document.Descendants<CodeInline>().Select(code => code.Content);

    private CodeBlock ReadCode(FencedCodeBlock block)
    {
        var siblings = block.Parent!;
        var before = siblings.IndexOf(block) is var index and > 0 ? siblings[index - 1] as ParagraphBlock : null;
        var file = before?.Inline?.Descendants<CodeInline>().Select(code => code.Content).LastOrDefault(code => FileName().IsMatch(code));
        var heading = _document.Descendants<HeadingBlock>().Last(heading => heading.Line < block.Line);
        return new CodeBlock(block.Info ?? "", block.Lines.ToString(), Source(heading).TrimStart('#', ' '), $"{Name}:{block.Line + 1}", file);
    }

    private string Source(MarkdownObject part) => _text.Substring(part.Span.Start, part.Span.Length);

    private static IEnumerable<string> TargetsInHtml(string html) => HtmlTarget().Matches(html).Select(match => match.Groups[1].Value);

    [GeneratedRegex("""(?:src|srcset|href)="([^"]*)""")]
    private static partial Regex HtmlTarget();

    [GeneratedRegex(@"^\w+\.(?:mjs|cs)$")]
    private static partial Regex FileName();
}
