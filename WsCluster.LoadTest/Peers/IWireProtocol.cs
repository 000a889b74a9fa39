using System.Net;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers;

/// <summary>How a peer's clients talk, as bytes.</summary>
internal interface IWireProtocol
{
    /// <summary>A sign of life that a client may send at any time.</summary>
    byte[] Heartbeat { get; }

    /// <summary>Whether a connection can only send to the group that it was opened for.</summary>
    bool OneGroupPerConnection => false;

    /// <summary>Inflates what the server compresses (permessage-deflate); null if it compresses nothing.</summary>
    MessageInflater? Inflater => null;

    /// <summary>Whether subscribers acknowledge what they get, by Web PubSub's <c>sequenceAck</c>.</summary>
    bool IsReliable => false;

    /// <summary>Opens a connection that is in a group: the last step has been answered when it is a member on every node.</summary>
    IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group);

    /// <summary>Opens a connection that sends, and is in no group.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="group">The group that it will send to; the first of them if there are several.</param>
    IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group);

    /// <summary>A message to a group, as a client sends it.</summary>
    byte[] Message(string group, ReadOnlySpan<byte> payload);

    /// <summary>The answer to a short read without a message, such as the server's ping; null if it wants none.</summary>
    byte[]? AnswerTo(ReadOnlySpan<byte> bytes) => null;
}
