using System.Globalization;

namespace WsCluster.LoadTest.Measuring;

/// <summary>Reads what Linux says about processes and the machine. A process that has ended counts nothing.</summary>
internal static class ProcFile
{
    /// <summary>USER_HZ: what /proc counts CPU in, on every Linux.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of a process, all its threads together (those that have ended, too), seconds.</summary>
    public static double CpuSeconds(int processId)
    {
        var fields = StatFields(processId);
        return fields.Length < 13 ? 0 : (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Resident memory of a process, bytes.</summary>
    public static long ResidentBytes(int processId) => Read($"{processId}/statm").Split(' ') is [_, var pages, ..]
        ? Number(pages) * Environment.SystemPageSize
        : 0;

    /// <summary>Time that all cores together were busy since the machine started, seconds.</summary>
    public static double MachineCpuSeconds()
    {
        // cpu user nice system idle iowait irq softirq steal ...; guests' time is in user already.
        var fields = Read("stat").Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new[] { 1, 2, 3, 6, 7 }.Sum(index => Number(fields[index])) / TicksPerSecond;
    }

    /// <summary>A process and its descendants: some servers do their work in children.</summary>
    public static IReadOnlyList<int> Tree(int processId)
    {
        var parents = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Parent: StatFields(id) is { Length: > 1 } fields ? (int)Number(fields[1]) : 0))
            .ToLookup(process => process.Parent, process => process.Id);
        var tree = new List<int> { processId };
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(parents[tree[i]]);
        }

        return tree;
    }

    /// <summary>The fields of <c>stat</c> from the state on. The name before them may hold anything.</summary>
    private static string[] StatFields(int processId)
    {
        var stat = Read($"{processId}/stat");
        return stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText("/proc/" + file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
