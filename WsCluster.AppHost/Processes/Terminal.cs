namespace WsCluster.AppHost.Processes;

/// <summary>Standard output and error, shared by all processes of the cluster a line at a time.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool colors)
{
    private const string Reset = "\x1b[0m";

    private static readonly string[] Palette = ["\x1b[36m", "\x1b[32m", "\x1b[33m", "\x1b[35m", "\x1b[34m", "\x1b[96m", "\x1b[92m", "\x1b[95m"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _prefixes = [];

    /// <summary>The terminal of this process.</summary>
    public static Terminal Standard { get; } = new(
        Console.Out, Console.Error, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    /// <summary>Whether whoever reads it sees colours.</summary>
    public bool Colors => colors;

    /// <summary>Writes lines of the AppHost itself, together.</summary>
    public void Write(string text)
    {
        lock (_lock)
        {
            output.WriteLine(text);
        }
    }

    /// <summary>Writes a line about what happens to the cluster.</summary>
    public void Report(string text) => WriteFrom("apphost", text, isError: false);

    /// <summary>Writes a line that a process wrote, with the process's name in front.</summary>
    public void WriteFrom(string name, string line, bool isError)
    {
        lock (_lock)
        {
            if (!_prefixes.TryGetValue(name, out var prefix))
            {
                prefix = colors ? $"{Palette[_prefixes.Count % Palette.Length]}[{name}]{Reset} " : $"[{name}] ";
                _prefixes.Add(name, prefix);
            }

            (isError ? error : output).WriteLine(prefix + line);
        }
    }
}
