using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace WsCluster.Server.Transport;

/// <summary>What has come and was not consumed yet.</summary>
internal sealed partial class SocketReader
{
    private const int SmallBuffer = 4 * 1024;
    private const int LargeBuffer = 64 * 1024;

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private int _nextSize = SmallBuffer;
    private bool _examined = true;

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_buffer is null)
        {
            return;
        }

        _start = consumed.GetInteger();
        _examined = examined.GetInteger() == _end;
        if (_start == _end)
        {
            ReturnBuffer();
        }
    }

    private void Receive()
    {
        var room = MakeRoom();
        _ready.Lower();
        var count = (int)Libc.Receive(socket, ref MemoryMarshal.GetReference(room), room.Length, flags: 0);
        if (count > 0)
        {
            _end += count;
            _examined = false;
            _nextSize = count == room.Length ? LargeBuffer : SmallBuffer;

            // A read that was not filled has emptied the socket, and the loop tells of what comes later; but not again of the end.
            if (count == room.Length || _hungUp)
            {
                _ready.Raise();
            }
        }
        else if (count == 0)
        {
            _ended = true;
            onEnd();
        }
        else if (Libc.LastError is var error && error == Libc.Interrupted)
        {
            _ready.Raise();
        }
        else if (error != Libc.Again)
        {
            _error ??= new ConnectionResetException(Marshal.GetPInvokeErrorMessage(error));
            onEnd();
        }

        if (_start == _end)
        {
            ReturnBuffer();
        }
    }

    private Span<byte> MakeRoom()
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(_nextSize);
        }
        else if (_end == _buffer.Length)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var larger = _start > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            unread.CopyTo(larger);
            if (larger != _buffer)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }

            (_start, _end) = (0, unread.Length);
        }

        return _buffer.AsSpan(_end);
    }

    private void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        (_buffer, _start, _end, _examined) = (null, 0, 0, true);
    }
}
