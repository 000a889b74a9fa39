using WsCluster.LoadTest.Chaos.Rounds;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>What the servers wrote, with the time; the last lines of it.</summary>
internal sealed class LogBook(Journal journal)
{
    private const int KeptLines = 50_000;
    private const int MostLines = 40;

    private readonly Queue<string> _lines = new();

    public void Add(string process, string line)
    {
        lock (_lines)
        {
            _lines.Enqueue($"{journal.Now.TotalSeconds,9:0.000} s  {process}  {line}");
            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <summary>The last lines in which one of the ids stands.</summary>
    public IEnumerable<string> Mentioning(IEnumerable<string> ids)
    {
        lock (_lines)
        {
            return [.. _lines.Where(line => ids.Any(line.Contains)).TakeLast(MostLines)];
        }
    }

    /// <summary>Everything that is kept.</summary>
    public IReadOnlyList<string> All()
    {
        lock (_lines)
        {
            return [.. _lines];
        }
    }
}
