using System.Runtime.InteropServices;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>Bytes that wait to be sent on one connection: what is put in between two flushes is one write.</summary>
internal sealed class ConnectionOutput
{
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _blocked;

    public Span<byte> Reserve(int length)
    {
        if (_end + length > _buffer.Length)
        {
            var waiting = _buffer.AsSpan(_start, _end - _start);
            var target = waiting.Length + length > _buffer.Length ? new byte[Math.Max(512, 2 * (waiting.Length + length))] : _buffer;
            waiting.CopyTo(target);
            (_buffer, _start, _end) = (target, 0, waiting.Length);
        }

        _end += length;
        return _buffer.AsSpan(_end - length, length);
    }

    public FlushResult Flush(int descriptor)
    {
        while (_start < _end)
        {
            var sent = (int)Native.Send(descriptor, ref _buffer[_start], _end - _start, Native.DontWait | Native.NoSignal);
            if (sent > 0)
            {
                _start += sent;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Native.Interrupted:
                    continue;
                case Native.Again:
                    var before = _blocked;
                    _blocked = true;
                    return before ? FlushResult.StillBlocked : FlushResult.Blocked;
                default:
                    return FlushResult.Failed;
            }
        }

        _start = _end = 0;
        var waited = _blocked;
        _blocked = false;
        return waited ? FlushResult.Unblocked : FlushResult.Done;
    }
}
