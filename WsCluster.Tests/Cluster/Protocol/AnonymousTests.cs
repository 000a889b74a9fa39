using System.Net;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>Clients without a token, where the operator allows them.</summary>
[Collection<OwnClusterCollection>]
public sealed class AnonymousTests : ProcessTest
{
    [Fact]
    public async Task A_client_without_token_has_the_roles_of_the_options()
    {
        var cluster = await StartClusterAsync(await TestRedis.StartAsync(RedisKind.Embedded), nodes: 1, settings: new Dictionary<string, string>
        {
            ["WsCluster__AllowAnonymous"] = "true",
            ["WsCluster__AnonymousRoles"] = "webpubsub.joinLeaveGroup;webpubsub.sendToGroup.g",
        });
        var node = cluster.Nodes[0];

        var client = Own(await TestClient.ConnectAsync(TestCluster.ClientUrlWithToken(node, "chat", null)));

        Assert.Null(client.UserId);
        await client.JoinAsync("g").Succeeds();
        await client.SendToGroupAsync("g", 1).Succeeds();
        await client.SendToGroupAsync("h", 1).FailsWith("Forbidden");
        await client.BroadcastAsync(1).FailsWith("Forbidden");
        Assert.Single(await client.Messages.WaitForCountAsync(1));

        // A token that is there has to be right: a client that shows one doesn't want to be nobody.
        var wrong = await Handshake.TryAsync(TestCluster.ClientUrlWithToken(node, "chat", "nonsense"), Subprotocols.Json);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        var known = Own(await TestClient.ConnectAsync(TestCluster.ClientUrl(node, "chat", "u", [])));
        Assert.Equal("u", known.UserId);
        await known.JoinAsync("g").FailsWith("Forbidden");
    }
}
