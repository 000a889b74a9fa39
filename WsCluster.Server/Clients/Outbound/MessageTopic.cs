using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients;

/// <summary>What a message is about, for the policies that may drop it; the default is no message, which is never dropped.</summary>
/// <param name="Kind">Kind of target.</param>
/// <param name="Target">Group, user, connection; empty for the hub.</param>
internal readonly record struct MessageTopic(TargetKind Kind, string? Target)
{
    /// <summary>Whether it is a message, and no answer, ping or other frame that the protocol needs.</summary>
    public bool IsMessage => Target is not null;
}
