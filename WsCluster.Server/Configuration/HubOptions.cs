namespace WsCluster.Server;

/// <summary>Section <c>WsCluster:Hubs:{hub}</c>: what one hub does in a way of its own.</summary>
public sealed class HubOptions
{
    /// <summary>Section of the configuration; <c>{hub}</c> is the hub's name.</summary>
    public const string Section = $"{NodeOptions.Section}:{nameof(NodeOptions.Hubs)}:{{hub}}";

    /// <summary>What happens to the messages of a client that reads too slowly.</summary>
    public SlowClientPolicy SlowClients { get; set; }
}
