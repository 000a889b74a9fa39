namespace WsCluster.Server;

/// <summary>What happens when more than <see cref="NodeOptions.MaxOutboundBytes"/> wait for a client that reads too slowly.</summary>
public enum SlowClientPolicy
{
    /// <summary>The client is closed with 1008, so that it knows that it has missed something.</summary>
    Disconnect,

    /// <summary>The oldest messages that wait are dropped, and counted.</summary>
    DropOldest,

    /// <summary>
    /// Of each group (or user, connection, hub) only the newest message waits, also below the limit: for positions, prices and other
    /// values that the next one replaces. What is replaced is counted.
    /// </summary>
    KeepLatest,
}
