using System.Text.Json.Serialization;

namespace WsCluster.ServiceDefaults.Cluster;

/// <summary>A node's entry in the registry.</summary>
public sealed record NodeRecord
{
    /// <summary>The node's id, new at every start of the process. Every id of its connections ends in it.</summary>
    public required string NodeId { get; init; }

    /// <summary>
    /// Counts how often this process had to register anew, because its lease had run out or Redis had lost its data. What an earlier
    /// generation owned may be cleaned up by others at any time; what this one owns may not.
    /// </summary>
    public required int Generation { get; init; }

    /// <summary>Where proxies and clients reach the node, for example <c>http://10.0.0.5:8080</c>.</summary>
    public required string Address { get; init; }

    /// <summary>State of the node.</summary>
    public required NodeState State { get; init; }

    /// <summary>Start of the process, by the node's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Load of the node.</summary>
    public NodeLoad Load { get; init; } = new();

    /// <summary>Connections per hub; at most <see cref="MaxHubs"/> entries, the fullest ones.</summary>
    public IReadOnlyDictionary<string, int> Hubs { get; init; } = new Dictionary<string, int>();

    /// <summary>Most hubs that a record lists: it travels to every node once a second.</summary>
    public const int MaxHubs = 200;

    /// <summary>The name under which this generation is in the registry and in interest sets, and which ends its inbox's channel.</summary>
    [JsonIgnore]
    public string Inbox => InboxName(NodeId, Generation);

    /// <summary>Name of a generation's inbox: <c>{nodeId}.{generation}</c>.</summary>
    public static string InboxName(string nodeId, int generation) => $"{nodeId}.{generation}";

    /// <summary>The node whose inbox it is.</summary>
    public static string NodeOf(string inbox) => inbox.LastIndexOf('.') is var dot and >= 0 ? inbox[..dot] : inbox;
}
