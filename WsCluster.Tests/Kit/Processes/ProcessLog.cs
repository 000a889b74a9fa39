namespace WsCluster.Tests.Kit;

/// <summary>What a process wrote to standard output and error, line by line.</summary>
public sealed class ProcessLog
{
    private readonly List<string> _lines = [];

    /// <summary>Number of lines until now.</summary>
    public int Count
    {
        get
        {
            lock (_lines)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>The lines from one on.</summary>
    public IReadOnlyList<string> From(int first)
    {
        lock (_lines)
        {
            return _lines.Skip(first).ToArray();
        }
    }

    /// <summary>Whether a line contains a text.</summary>
    public bool Contains(string text) => From(0).Any(line => line.Contains(text, StringComparison.Ordinal));

    internal void Add(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
