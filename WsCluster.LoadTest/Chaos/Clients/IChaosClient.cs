using WsCluster.LoadTest.Chaos.Model;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>A client that receives, sends, and comes back when its connection breaks.</summary>
internal interface IChaosClient
{
    /// <summary>What the model knows of it.</summary>
    ClientRecord Record { get; }

    /// <summary>Its connection id; null before the first one and between two sessions.</summary>
    string? ConnectionId { get; }

    /// <summary>Whether it is connected and in all its groups.</summary>
    bool IsReady { get; }

    /// <summary>Whether it is connected and has room for another message that is not acknowledged yet.</summary>
    bool CanSend { get; }

    /// <summary>Messages that are neither acknowledged nor given up.</summary>
    int Outstanding { get; }

    /// <summary>Whether it can send to groups only, as the SDK does.</summary>
    bool SendsToGroupsOnly { get; }

    /// <summary>Sends a message, again and again under one ackId until it is acknowledged or the session ends.</summary>
    void Send(SentMessage message);
}
