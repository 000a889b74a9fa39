namespace WsCluster.Server.Clients;

/// <summary>
/// The ids of a connection's last successful requests. A flat ring that grows with use: most connections never ack anything, and a
/// vectorised look through 1,024 numbers is quicker than a hash set and an eighth of its size.
/// </summary>
internal sealed class AckMemory
{
    /// <summary>How many are remembered; the protocol asks for 1,000.</summary>
    public const int Capacity = 1024;

    private ulong[] _ids = [];
    private int _count;
    private int _next;

    public bool Contains(ulong id) => _ids.AsSpan(0, _count).Contains(id);

    public void Add(ulong id)
    {
        if (_count == _ids.Length && _count < Capacity)
        {
            Array.Resize(ref _ids, Math.Max(16, 2 * _count));
        }

        _ids[_next] = id;
        _next = (_next + 1) % Capacity;
        _count = Math.Max(_count, _next == 0 ? Capacity : _next);
    }
}
