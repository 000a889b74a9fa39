namespace WsCluster.Server.Transport;

/// <summary>The event loops of the node, which take connections in turn.</summary>
internal sealed class EventLoops(NodeOptions options, ILogger<EventLoop> logger) : IDisposable
{
    private readonly Lazy<EventLoop[]> _loops = new(
        () => [.. Enumerable.Range(1, CountOf(options)).Select(number => new EventLoop($"event loop {number}", logger))]);
    private uint _next;

    /// <summary>The loop that accepts.</summary>
    public EventLoop First => _loops.Value[0];

    /// <summary>The loop of the next connection. Called by <see cref="First"/> alone.</summary>
    public EventLoop Next() => _loops.Value[_next++ % _loops.Value.Length];

    /// <summary>How many loops a node has.</summary>
    public static int CountOf(NodeOptions options) => options.EventLoops ?? Math.Clamp(Environment.ProcessorCount / 2, 1, 16);

    public void Dispose()
    {
        foreach (var loop in _loops.IsValueCreated ? _loops.Value : [])
        {
            loop.Dispose();
        }
    }
}
