using System.Diagnostics.CodeAnalysis;

namespace WsCluster.Server.Clients;

/// <summary>
/// Drops messages, never other frames: the oldest when there is no room (<see cref="SlowClientPolicy.DropOldest"/>), or each as soon as
/// there is a newer one on its topic (<see cref="SlowClientPolicy.KeepLatest"/>).
/// </summary>
internal sealed class LossyBacklog(bool keepLatest) : IBacklog
{
    private readonly LinkedList<(byte[] Bytes, MessageTopic Topic)> _frames = [];

    /// <summary>The message that waits on a topic; used by keep-latest alone.</summary>
    private readonly Dictionary<MessageTopic, LinkedListNode<(byte[] Bytes, MessageTopic Topic)>> _latest = [];

    /// <summary>No message stands before this one, so that the search for the oldest does not begin with the same answers each time.</summary>
    private LinkedListNode<(byte[] Bytes, MessageTopic Topic)>? _searched;

    public long Bytes { get; private set; }

    public bool TryAdd(byte[] frame, MessageTopic topic, long limit, ref int dropped)
    {
        if (keepLatest && topic.IsMessage && _latest.TryGetValue(topic, out var replaced))
        {
            Remove(replaced);
            dropped++;
        }

        while (Bytes + frame.Length > limit && FindOldestMessage() is { } oldest)
        {
            Remove(oldest);
            dropped++;
        }

        if (Bytes + frame.Length > limit)
        {
            return false;
        }

        var node = _frames.AddLast((frame, topic));
        Bytes += frame.Length;
        if (keepLatest && topic.IsMessage)
        {
            _latest[topic] = node;
        }

        return true;
    }

    public bool TryTake([NotNullWhen(true)] out byte[]? frame)
    {
        frame = _frames.First?.Value.Bytes;
        if (frame is not null)
        {
            Remove(_frames.First!);
        }

        return frame is not null;
    }

    private LinkedListNode<(byte[] Bytes, MessageTopic Topic)>? FindOldestMessage()
    {
        _searched ??= _frames.First;
        while (_searched is { Value.Topic.IsMessage: false, Next: { } next })
        {
            _searched = next;
        }

        return _searched is { Value.Topic.IsMessage: true } ? _searched : null;
    }

    private void Remove(LinkedListNode<(byte[] Bytes, MessageTopic Topic)> node)
    {
        if (node == _searched)
        {
            _searched = node.Next;
        }

        if (keepLatest && node.Value.Topic.IsMessage)
        {
            _latest.Remove(node.Value.Topic);
        }

        Bytes -= node.Value.Bytes.Length;
        _frames.Remove(node);
    }
}
