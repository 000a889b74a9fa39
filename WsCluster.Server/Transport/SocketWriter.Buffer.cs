using System.Buffers;

namespace WsCluster.Server.Transport;

/// <summary>What HTTP has written and not flushed yet.</summary>
internal sealed partial class SocketWriter
{
    private const int MinBuffer = 4 * 1024;

    private byte[]? _buffer;
    private int _start;
    private int _end;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_end);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_end);
    }

    public override void Advance(int bytes) => _end += bytes;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _end - _start;

    private void Reserve(int size)
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, MinBuffer));
        }
        else if (_buffer.Length - _end < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_end - _start + size, 2 * _buffer.Length));
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end) = (larger, 0, _end - _start);
        }
    }

    private void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        (_buffer, _start, _end) = (null, 0, 0);
    }
}
