namespace WsCluster.ServiceDefaults.Cluster;

/// <summary>A node's report of its load, renewed with every heartbeat.</summary>
public sealed record NodeLoad
{
    /// <summary>Open client connections.</summary>
    public int Connections { get; init; }

    /// <summary>Messages put on clients' queues per second, since the last report.</summary>
    public double DeliveriesPerSecond { get; init; }

    /// <summary>Messages taken from clients per second, since the last report.</summary>
    public double MessagesPerSecond { get; init; }

    /// <summary>Messages that came through the node's inbox since it started: what other nodes and itself sent to hubs it has a part in.</summary>
    public long InboxMessages { get; init; }

    /// <summary>Resident memory of the process, bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>CPU used since the last report, percent of one core.</summary>
    public double CpuPercent { get; init; }
}
