namespace WsCluster.Server.Hubs;

/// <summary>A message on its way from its sender to the hub's pipeline.</summary>
internal readonly ref struct OutgoingMessage
{
    public required TargetKind Kind { get; init; }

    /// <summary>Group, user id or connection id; empty for the hub.</summary>
    public required string Target { get; init; }

    public required DataType DataType { get; init; }

    /// <summary>The data in the form that <see cref="Hubs.DataType"/> describes.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Bytes that the message counts for while it waits for Redis.</summary>
    public required int Size { get; init; }

    /// <summary>The sender's user, null if it has none.</summary>
    public string? FromUserId { get; init; }

    /// <summary>The sender's connection, null if the message comes from no client.</summary>
    public string? FromConnectionId { get; init; }

    /// <summary>Connections that don't get the message.</summary>
    public ReadOnlySpan<string> Excluded { get; init; }

    /// <summary>For a connection on another node: the node's inbox.</summary>
    public string? Inbox { get; init; }

    /// <summary>Not 0: the receiving node reports under this number whether the connection exists (<see cref="Cluster.NodeRequests"/>).</summary>
    public long Receipt { get; init; }

    /// <summary>Not null: the sorted set whose member says that the message was taken before (<see cref="SessionKey"/>).</summary>
    public string? DedupKey { get; init; }

    /// <summary>The member.</summary>
    public string? DedupMember { get; init; }
}
