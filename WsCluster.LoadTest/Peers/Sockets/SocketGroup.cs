using System.Buffers;

namespace WsCluster.LoadTest.Peers.Sockets;

/// <summary>The members of a group, and the frames that wait for them: built once for all.</summary>
/// <param name="touched">Told when the first frame of a batch waits.</param>
internal sealed class SocketGroup(Action<SocketGroup> touched)
{
    private readonly List<SocketClient> _members = [];
    private readonly ArrayBufferWriter<byte> _batch = new();

    public void Add(SocketClient member) => _members.Add(member);

    public void Remove(SocketClient member) => _members.Remove(member);

    /// <summary>Puts a message into the batch.</summary>
    public void Append(ReadOnlySpan<byte> message)
    {
        if (_batch.WrittenCount == 0)
        {
            touched(this);
        }

        ServerFrame.Append(_batch, message);
    }

    /// <summary>Sends the batch to all members.</summary>
    public void SendBatch()
    {
        // Backwards: a member whose socket turns out to be broken is removed on the way.
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            _members[i].Send(_batch.WrittenSpan);
        }

        _batch.ResetWrittenCount();
    }
}
