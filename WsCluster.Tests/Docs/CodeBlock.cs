namespace WsCluster.Tests.Docs;

/// <summary>A fenced code block.</summary>
/// <param name="Language">The word after the fence: <c>bash</c>, <c>js</c>, <c>text</c>; empty if there is none.</param>
/// <param name="Content">What is between the fences.</param>
/// <param name="Section">The heading above it.</param>
/// <param name="Place">File and line, for messages.</param>
/// <param name="FileName">The file that the sentence before the block says it goes into; null if it names none.</param>
internal sealed record CodeBlock(string Language, string Content, string Section, string Place, string? FileName)
{
    /// <summary>The lines that say something.</summary>
    public IEnumerable<string> Lines => Content.Split('\n').Where(line => line.Trim().Length > 0);
}
