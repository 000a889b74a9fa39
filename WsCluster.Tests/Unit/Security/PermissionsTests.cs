using WsCluster.Server.Security;

namespace WsCluster.Tests.Unit.Security;

/// <summary>The table of roles (protocol, section 3).</summary>
public sealed class PermissionsTests
{
    [Theory]
    [InlineData("", "g", false, false)]
    [InlineData("webpubsub.joinLeaveGroup", "g", true, false)]
    [InlineData("webpubsub.joinLeaveGroup", "any.thing/else", true, false)]
    [InlineData("webpubsub.sendToGroup", "g", false, true)]
    [InlineData("webpubsub.joinLeaveGroup webpubsub.sendToGroup", "g", true, true)]
    [InlineData("webpubsub.joinLeaveGroup.g", "g", true, false)]
    [InlineData("webpubsub.joinLeaveGroup.g", "G", false, false)]
    [InlineData("webpubsub.joinLeaveGroup.g", "g2", false, false)]
    [InlineData("webpubsub.joinLeaveGroup.a.b", "a.b", true, false)]
    [InlineData("webpubsub.joinLeaveGroup.a.b", "a", false, false)]
    [InlineData("webpubsub.joinLeaveGroup.a*", "ab", false, false)]
    [InlineData("webpubsub.joinLeaveGroup.a*", "a*", true, false)]
    [InlineData("webpubsub.sendToGroup.g", "g", false, true)]
    [InlineData("webpubsub.sendToGroup.g", "h", false, false)]
    [InlineData("webpubsub.joinLeaveGroups.a*", "ab", true, false)]
    [InlineData("webpubsub.joinLeaveGroups.a*", "b", false, false)]
    [InlineData("webpubsub.joinLeaveGroups.**", "a.b.c", true, false)]
    [InlineData("webpubsub.sendToGroups.room.?", "room.1", false, true)]
    [InlineData("webpubsub.sendToGroups.room.?", "room.10", false, false)]
    [InlineData("webpubsub.sendToGroups.a webpubsub.sendToGroups.b", "b", false, true)]
    [InlineData("webpubsub.sendToGroups.******", "g", false, false)]
    [InlineData("webpubsub.sendToGroups", "g", false, false)]
    [InlineData("webpubsub.sendToGroups.", "g", false, false)]
    [InlineData("webpubsub.joinLeaveGroups", "g", false, false)]
    [InlineData("webpubsub.sendToGroupx", "x", false, false)]
    [InlineData("webpubsub.sendToGroupsg", "g", false, false)]
    [InlineData("WebPubSub.SendToGroup", "g", false, false)]
    [InlineData("sendToGroup", "g", false, false)]
    [InlineData("wscluster.broadcast unknown", "g", false, false)]
    public void Roles_grant_what_the_table_says(string roles, string group, bool mayJoin, bool maySend)
    {
        var permissions = new Permissions(roles.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(mayJoin, permissions.CanJoinOrLeave(group));
        Assert.Equal(maySend, permissions.CanSendTo(group));
    }

    [Theory]
    [InlineData("", false, false, false)]
    [InlineData("wscluster.sendToConnection", true, false, false)]
    [InlineData("wscluster.sendToUser", false, true, false)]
    [InlineData("wscluster.broadcast", false, false, true)]
    [InlineData("wscluster.sendToUser wscluster.broadcast", false, true, true)]
    [InlineData("wscluster.Broadcast wscluster.sendToUsers", false, false, false)]
    [InlineData("webpubsub.joinLeaveGroup webpubsub.sendToGroup", false, false, false)]
    public void What_WsCluster_adds_has_roles_of_its_own(string roles, bool toConnections, bool toUsers, bool broadcast)
    {
        var permissions = new Permissions(roles.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((toConnections, toUsers, broadcast), (permissions.CanSendToConnections, permissions.CanSendToUsers, permissions.CanBroadcast));
    }
}
