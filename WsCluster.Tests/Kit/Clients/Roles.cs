namespace WsCluster.Tests.Kit;

/// <summary>Role strings of tokens.</summary>
public static class Roles
{
    public const string JoinLeave = "webpubsub.joinLeaveGroup";
    public const string Send = "webpubsub.sendToGroup";
    public const string SendToConnection = "wscluster.sendToConnection";
    public const string SendToUser = "wscluster.sendToUser";
    public const string Broadcast = "wscluster.broadcast";

    /// <summary>Everything there is.</summary>
    public static readonly string[] All = [JoinLeave, Send, SendToConnection, SendToUser, Broadcast];
}
