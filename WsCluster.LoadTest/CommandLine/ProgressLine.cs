namespace WsCluster.LoadTest.CommandLine;

/// <summary>One line on a terminal that is written again and again; nothing where there is no terminal.</summary>
internal sealed class ProgressLine : IProgress<string>
{
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private int _length;

    public void Report(string value)
    {
        if (_terminal)
        {
            Console.Error.Write("\r" + value.PadRight(_length));
            _length = value.Length;
        }
    }

    /// <summary>Makes room for other output.</summary>
    public void Clear()
    {
        if (_length > 0)
        {
            Console.Error.Write("\r" + new string(' ', _length) + "\r");
            _length = 0;
        }
    }
}
