using Markdig.Extensions.Tables;

namespace WsCluster.Tests.Docs;

/// <summary>A table of a page: each row as a dictionary from the column's head to the cell, as it is written in Markdown.</summary>
internal sealed class MarkdownTable
{
    public MarkdownTable(string text, Table table)
    {
        var rows = table.OfType<TableRow>().Select(row => row.OfType<TableCell>().Select(cell => Source(text, cell)).ToArray()).ToArray();
        Columns = rows[0];
        Rows = [.. rows.Skip(1).Select(row => (IReadOnlyDictionary<string, string>)Columns.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<IReadOnlyDictionary<string, string>> Rows { get; }

    /// <summary>What stands between the backticks of a cell that is one piece of code; else null.</summary>
    public static string? Code(string cell) => cell.Length > 2 && cell[0] == '`' && cell.IndexOf('`', 1) == cell.Length - 1 ? cell[1..^1] : null;

    private static string Source(string text, TableCell cell) => cell.Span.IsEmpty ? "" : text.Substring(cell.Span.Start, cell.Span.Length).Trim(' ', '|');
}
