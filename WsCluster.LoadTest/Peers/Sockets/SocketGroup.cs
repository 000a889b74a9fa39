using System.Buffers;

namespace WsCluster.LoadTest.Peers.Sockets;

/// <summary>The members of a group, and the frames that wait for them: built once for all.</summary>
/// <param name="batch">Messages that one send carries at most; 0 for all that waits.</param>
/// <param name="touched">Told when the first frame waits.</param>
internal sealed class SocketGroup(int batch, Action<SocketGroup> touched)
{
    private readonly List<SocketClient> _members = [];
    private readonly ArrayBufferWriter<byte> _waiting = new();

    /// <summary>Where batches end that are full.</summary>
    private readonly List<int> _ends = [];

    /// <summary>Messages of the batch that isn't full yet.</summary>
    private int _count;

    public void Add(SocketClient member) => _members.Add(member);

    public void Remove(SocketClient member) => _members.Remove(member);

    /// <summary>Lets a message wait.</summary>
    public void Append(ReadOnlySpan<byte> message)
    {
        if (_waiting.WrittenCount == 0)
        {
            touched(this);
        }

        ServerFrame.Append(_waiting, message);
        if (++_count == batch)
        {
            _ends.Add(_waiting.WrittenCount);
            _count = 0;
        }
    }

    /// <summary>Sends what waits to all members: a batch to each of them, then the next one.</summary>
    public void SendWaiting()
    {
        if (_count > 0)
        {
            _ends.Add(_waiting.WrittenCount);
        }

        var start = 0;
        foreach (var end in _ends)
        {
            Send(_waiting.WrittenSpan[start..end]);
            start = end;
        }

        _waiting.ResetWrittenCount();
        _ends.Clear();
        _count = 0;
    }

    private void Send(ReadOnlySpan<byte> frames)
    {
        // Backwards: a member whose socket turns out to be broken is removed on the way.
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            _members[i].Send(frames);
        }
    }
}
