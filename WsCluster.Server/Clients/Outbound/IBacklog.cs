using System.Diagnostics.CodeAnalysis;

namespace WsCluster.Server.Clients;

/// <summary>Frames that wait for one client, oldest first. Guarded by the lock of its queue.</summary>
internal interface IBacklog
{
    /// <summary>Bytes that wait.</summary>
    long Bytes { get; }

    /// <summary>Adds a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="topic">What it is about, if it is a message.</param>
    /// <param name="limit">Bytes that may wait with it.</param>
    /// <param name="dropped">Counts the messages that went for it.</param>
    /// <returns>False, and it is not added, when it does not fit.</returns>
    bool TryAdd(byte[] frame, MessageTopic topic, long limit, ref int dropped);

    /// <summary>Takes the oldest frame.</summary>
    bool TryTake([NotNullWhen(true)] out byte[]? frame);
}
