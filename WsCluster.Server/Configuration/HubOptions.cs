namespace WsCluster.Server;

/// <summary>Section <c>WsCluster:Hubs:{hub}</c>: what one hub does in a way of its own.</summary>
public sealed class HubOptions
{
    /// <summary>Section of the configuration; <c>{hub}</c> is the hub's name.</summary>
    public const string Section = $"{NodeOptions.Section}:{nameof(NodeOptions.Hubs)}:{{hub}}";

    /// <summary>What happens to the messages of a client that reads too slowly.</summary>
    public SlowClientPolicy SlowClients { get; set; }

    /// <summary>Whether the hub has no log: cheaper, but what is on its way when a node, Redis or a link fails is lost, and no client can resume.</summary>
    public bool AtMostOnce { get; set; }

    /// <summary>Most messages that the hub's log keeps.</summary>
    public int LogMessages { get; set; } = 10_000;

    /// <summary>Most bytes that the hub's log keeps.</summary>
    public long LogBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long the hub's log keeps a message.</summary>
    public TimeSpan LogAge { get; set; } = TimeSpan.FromMinutes(5);
}
