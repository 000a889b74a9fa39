namespace WsCluster.Tests.Kit;

/// <summary>A node's last report of its load.</summary>
public sealed record LoadView(
    int Connections,
    double DeliveriesPerSecond,
    double MessagesPerSecond,
    long InboxMessages,
    long MemoryBytes,
    double CpuPercent);
