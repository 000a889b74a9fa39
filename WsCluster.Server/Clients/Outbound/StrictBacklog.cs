using System.Diagnostics.CodeAnalysis;

namespace WsCluster.Server.Clients;

/// <summary>Drops nothing: what does not fit is refused (<see cref="SlowClientPolicy.Disconnect"/>).</summary>
internal sealed class StrictBacklog : IBacklog
{
    private readonly Queue<byte[]> _frames = new();

    public long Bytes { get; private set; }

    public bool TryAdd(byte[] frame, MessageTopic topic, long limit, ref int dropped)
    {
        if (Bytes + frame.Length > limit)
        {
            return false;
        }

        _frames.Enqueue(frame);
        Bytes += frame.Length;
        return true;
    }

    public bool TryTake([NotNullWhen(true)] out byte[]? frame)
    {
        var taken = _frames.TryDequeue(out frame);
        Bytes -= frame?.Length ?? 0;
        return taken;
    }
}
