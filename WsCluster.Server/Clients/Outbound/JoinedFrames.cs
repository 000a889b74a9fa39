using System.Buffers;

namespace WsCluster.Server.Clients;

/// <summary>Frames in one piece of memory, which grows at its end and is used again in another round.</summary>
internal sealed class JoinedFrames
{
    /// <summary>Memory beyond this goes back after the round.</summary>
    private const int MaxKept = 256 * 1024;

    private byte[] _buffer = [];

    public int Length { get; private set; }

    public Span<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>Makes it longer; what is in it stays.</summary>
    public void SetLength(int length)
    {
        if (_buffer.Length < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, 2 * _buffer.Length));
            Bytes.CopyTo(larger);
            Release();
            _buffer = larger;
        }

        Length = length;
    }

    /// <summary>Empties it.</summary>
    /// <param name="keep">Whether it is used again.</param>
    public void Clear(bool keep)
    {
        Length = 0;
        if (!keep || _buffer.Length > MaxKept)
        {
            Release();
        }
    }

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
