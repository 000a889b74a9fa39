using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>What the roles of a token allow.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class PermissionTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    [Theory]
    [InlineData("", "g", false)]
    [InlineData("webpubsub.unknown", "g", false)]
    [InlineData("webpubsub.sendToGroup", "g", true)]
    [InlineData("webpubsub.sendToGroup", "any.group", true)]
    [InlineData("webpubsub.sendToGroup.g", "g", true)]
    [InlineData("webpubsub.sendToGroup.g", "G", false)]
    [InlineData("webpubsub.sendToGroup.g", "gg", false)]
    [InlineData("webpubsub.sendToGroup.a.b", "a.b", true)]
    [InlineData("webpubsub.sendToGroup.a.*", "a.b", false)]
    [InlineData("webpubsub.sendToGroup.a.*", "a.*", true)]
    [InlineData("webpubsub.sendToGroups.room.*", "room.1", true)]
    [InlineData("webpubsub.sendToGroups.room.*", "room.", true)]
    [InlineData("webpubsub.sendToGroups.room.*", "room.1.x", false)]
    [InlineData("webpubsub.sendToGroups.room.**", "room.1.x", true)]
    [InlineData("webpubsub.sendToGroups.room?", "room1", true)]
    [InlineData("webpubsub.sendToGroups.room?", "room", false)]
    [InlineData("webpubsub.sendToGroups.room?", "room.", false)]
    [InlineData("webpubsub.sendToGroups.a\\*b", "a*b", true)]
    [InlineData("webpubsub.sendToGroups.a\\*b", "axb", false)]
    [InlineData("webpubsub.joinLeaveGroup", "g", false)]
    public async Task Sending_to_a_group_takes_a_role(string role, string group, bool allowed)
    {
        var client = await ConnectAsync(0, roles: role.Length == 0 ? [] : [role], groups: [group]);
        var ack = client.SendToGroupAsync(group, 1);
        _ = allowed ? await ack.Succeeds() : await ack.FailsWith("Forbidden");
    }

    [Theory]
    [InlineData("webpubsub.joinLeaveGroup", "g", true)]
    [InlineData("webpubsub.joinLeaveGroup.g", "g", true)]
    [InlineData("webpubsub.joinLeaveGroup.g", "h", false)]
    [InlineData("webpubsub.joinLeaveGroups.g*", "gg", true)]
    [InlineData("webpubsub.sendToGroup", "g", false)]
    public async Task Joining_and_leaving_take_a_role(string role, string group, bool allowed)
    {
        var client = await ConnectAsync(0, roles: [role]);
        foreach (var request in new[] { "joinGroup", "leaveGroup" })
        {
            var ack = client.RequestAsync(new { type = request, group });
            _ = allowed ? await ack.Succeeds() : await ack.FailsWith("Forbidden");
        }
    }

    [Fact]
    public async Task A_refused_join_or_leave_changes_nothing()
    {
        var client = await ConnectAsync(0, roles: [Roles.Send], groups: ["in"]);
        await client.JoinAsync("out").FailsWith("Forbidden");
        await client.LeaveAsync("in").FailsWith("Forbidden");

        await client.SendToGroupAsync("out", 1).Succeeds();
        await client.SendToGroupAsync("in", 2).Succeeds();

        Assert.Equal([2], (await client.Messages.WaitForCountAsync(1)).Select(message => message.Data.GetInt32()));
    }

    [Fact]
    public async Task The_added_requests_take_roles_of_their_own()
    {
        var target = await ConnectAsync(1, "u");
        var plain = await ConnectAsync(0, roles: [Roles.JoinLeave, Roles.Send]);

        await plain.SendToConnectionAsync(target.ConnectionId, 1).FailsWith("Forbidden");
        await plain.SendToConnectionAsync("nobody", 1).FailsWith("Forbidden");
        await plain.SendToUserAsync("u", 1).FailsWith("Forbidden");
        await plain.BroadcastAsync(1).FailsWith("Forbidden");

        foreach (var role in new[] { Roles.SendToConnection, Roles.SendToUser, Roles.Broadcast })
        {
            var client = await ConnectAsync(0, roles: [role]);
            Assert.Equal(role == Roles.SendToConnection, (await client.SendToConnectionAsync(target.ConnectionId, role)).Success);
            Assert.Equal(role == Roles.SendToUser, (await client.SendToUserAsync("u", role)).Success);
            Assert.Equal(role == Roles.Broadcast, (await client.BroadcastAsync(role)).Success);
        }

        Assert.Equal(
            [Roles.SendToConnection, Roles.SendToUser, Roles.Broadcast],
            (await target.Messages.WaitForCountAsync(3)).Select(message => message.Text));
    }
}
