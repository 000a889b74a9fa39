using System.IO.Pipelines;
using WsCluster.Server.Clients;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>An output that takes as many bytes as the test lets it, and keeps them.</summary>
internal sealed class ScriptedOutput : PipeWriter, IClientOutput
{
    private readonly List<byte> _taken = [];
    private Action? _onReady;
    private long _room;
    private bool _full;

    public byte[] Taken => [.. _taken];

    /// <summary>Whether nobody reads any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Lets it take some more bytes, and tells the queue.</summary>
    public void Open(long room)
    {
        _room += room;
        if (_full && _room > 0)
        {
            _full = false;
            _onReady!();
        }
    }

    OutputState IClientOutput.Write(ReadOnlySpan<byte> bytes, out int taken)
    {
        Assert.False(_full, "It was written to before it was ready again.");
        taken = IsGone ? 0 : (int)Math.Min(_room, bytes.Length);
        _taken.AddRange(bytes[..taken]);
        _room -= taken;
        _full = !IsGone && taken < bytes.Length;
        return IsGone ? OutputState.Gone : _full ? OutputState.Full : OutputState.Ready;
    }

    void IClientOutput.OnReady(Action callback) => _onReady = callback;

    public override void Advance(int bytes) => throw new NotSupportedException();

    public override void CancelPendingFlush() => throw new NotSupportedException();

    public override void Complete(Exception? exception = null) => throw new NotSupportedException();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

    public override Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();
}
