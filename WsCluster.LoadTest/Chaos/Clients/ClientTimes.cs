namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>How patient a client is. The defaults of recovery and acks are those of <c>@azure/web-pubsub-client</c> 1.1.0.</summary>
internal sealed record ClientTimes
{
    /// <summary>Between two attempts to connect or recover.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After that long without a recovery the session is given up.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A handshake may take that long. The SDK sets no limit, but a paused node would keep its clients for good.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two sequenceAcks.</summary>
    public TimeSpan SequenceAck { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two pings.</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A connection that shows no sign of life for that long is dropped.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Before a refused message is sent again.</summary>
    public TimeSpan Resend { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>After that long without an ack everything that waits for one is sent again.</summary>
    public TimeSpan Ack { get; init; } = TimeSpan.FromSeconds(10);
}
