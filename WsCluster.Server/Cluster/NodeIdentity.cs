using System.Security.Cryptography;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Cluster;

/// <summary>Who this node is: an id that is new at every start, and the generation that counts its registrations.</summary>
internal sealed class NodeIdentity
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string ConnectionAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int NodeIdLength = 10;
    private const int ConnectionIdLength = 22; // 131 bits: nobody guesses one, and no two are the same.

    private volatile string _inbox;

    public NodeIdentity()
    {
        NodeId = RandomNumberGenerator.GetString(Alphabet, NodeIdLength);
        _inbox = NodeRecord.InboxName(NodeId, 0);
    }

    public string NodeId { get; }

    public int Generation { get; private set; }

    /// <summary>The inbox of the current generation.</summary>
    public string Inbox => _inbox;

    public DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>The inbox of the generation after this one.</summary>
    public string NextInbox => NodeRecord.InboxName(NodeId, Generation + 1);

    /// <summary>Begins the next generation: what the last one owned in Redis may be cleaned up by others from now on.</summary>
    public void NextGeneration()
    {
        Generation++;
        _inbox = NodeRecord.InboxName(NodeId, Generation);
    }

    /// <summary>A new id for a connection of this node.</summary>
    public string NewConnectionId() => $"{RandomNumberGenerator.GetString(ConnectionAlphabet, ConnectionIdLength)}.{NodeId}";

    /// <summary>The id of the node that a connection id names, null if it can be no connection id.</summary>
    public static string? NodeOf(string connectionId) =>
        connectionId.Length == ConnectionIdLength + 1 + NodeIdLength && connectionId[ConnectionIdLength] == '.'
            ? connectionId[(ConnectionIdLength + 1)..]
            : null;
}
