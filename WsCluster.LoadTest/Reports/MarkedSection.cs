namespace WsCluster.LoadTest.Reports;

/// <summary>The part of a Markdown file that belongs to this tool: between two lines with comments.</summary>
internal static class MarkedSection
{
    private const string Begin = "<!-- compare:begin -->";
    private const string End = "<!-- compare:end -->";

    /// <summary>Why a file's section can't be replaced; null if it can.</summary>
    public static string? Problem(string path) => !File.Exists(path)
        ? "there is no such file"
        : Find(File.ReadAllLines(path)) is null
            ? $"it takes a file with a line '{Begin}' and after it a line '{End}', each once: the summary goes between them"
            : null;

    /// <summary>Replaces what stands between the two lines.</summary>
    /// <param name="path">A file that has no <see cref="Problem"/>.</param>
    /// <param name="content">Lines of Markdown.</param>
    public static void Replace(string path, string content)
    {
        var lines = File.ReadAllLines(path);
        var (begin, end) = Find(lines)!.Value;
        string[] replaced = [.. lines[..(begin + 1)], "", content.Trim(), "", .. lines[end..]];
        File.WriteAllText(path, string.Join('\n', replaced) + '\n');
    }

    private static (int Begin, int End)? Find(string[] lines)
    {
        int[] begins = [.. Places(Begin)], ends = [.. Places(End)];
        return begins.Length == 1 && ends.Length == 1 && begins[0] < ends[0] ? (begins[0], ends[0]) : null;

        IEnumerable<int> Places(string marker) => lines.Index().Where(line => line.Item.Trim() == marker).Select(line => line.Index);
    }
}
