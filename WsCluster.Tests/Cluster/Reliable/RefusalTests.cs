using System.Net;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Reliable;

/// <summary>
/// Sessions that cannot go on: the upgrade is completed and closed with 1008. An HTTP error would look like a passing fault, and SDKs
/// would try for half a minute.
/// </summary>
[Collection<OwnClusterCollection>]
public sealed class RefusalTests(LimitedCluster limited) : ProcessTest, IClassFixture<LimitedCluster>
{
    private readonly string _hub = TestCluster.NewHub();

    private TestCluster Cluster => limited.Cluster;

    public override ValueTask InitializeAsync()
    {
        Watch(Cluster);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(Subprotocols.JsonReliable)]
    [InlineData(Subprotocols.Json)]
    [InlineData(Subprotocols.ProtobufReliable)]
    public async Task A_session_that_never_was_is_refused_whatever_is_offered(string subprotocol)
    {
        await AssertRefusedAsync(TestCluster.RecoveryUrl(Cluster.Nodes[0], _hub, $"AAAAAAAAAAAAAAAAAAAAAA.{Cluster.Nodes[0].NodeId}", "x"), subprotocol);
        await AssertRefusedAsync(TestCluster.RecoveryUrl(Cluster.Nodes[0], _hub, "no connection id", "x"), subprotocol);
    }

    [Fact]
    public async Task The_token_has_to_be_right_and_of_this_hub_and_the_session_survives_those_who_have_it_not()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], _hub, groups: ["g"]);
        var other = await ConnectReliableAsync(Cluster.Nodes[0], _hub);
        foreach (var token in new[] { null, "", "x", client.Socket.ReconnectionToken + "x", client.Socket.ReconnectionToken![..^1], other.Socket.ReconnectionToken })
        {
            await AssertRefusedAsync(TestCluster.RecoveryUrl(Cluster.Nodes[1], _hub, client.ConnectionId, token));
        }

        await AssertRefusedAsync(TestCluster.RecoveryUrl(Cluster.Nodes[1], "other" + _hub, client.ConnectionId, client.Socket.ReconnectionToken));

        await other.Socket.SendToGroupAsync("g", "1").Succeeds();
        await client.AssertReceivedAsync("1");
        client.Abort();
        await client.RecoverAsync(Cluster.Nodes[1]);
    }

    [Fact]
    public async Task A_client_that_has_closed_in_order_has_ended_its_session()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], _hub, "u");
        Assert.Equal(1000, (await client.Socket.CloseAsync()).Code);

        await AssertRefusedAsync(client.RecoveryUrl(Cluster.Nodes[1]));
        await AssertRefusedAsync(client.RecoveryUrl(Cluster.Nodes[0]));
        var sender = await ConnectAsync(Cluster.Nodes[1], _hub);
        await sender.SendToUserAsync("u", 1).FailsWith("NotFound");
        await sender.SendToConnectionAsync(client.ConnectionId, 1).FailsWith("NotFound");
    }

    [Fact]
    public async Task A_client_that_breaks_the_protocol_has_ended_its_session()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], _hub);
        await client.Socket.SendTextAsync("no JSON");
        Assert.Equal(1007, (await client.Socket.WaitForCloseAsync()).Code);

        await AssertRefusedAsync(client.RecoveryUrl(Cluster.Nodes[1]));
    }

    [Fact]
    public async Task A_plain_client_has_no_session()
    {
        var client = await ConnectAsync(Cluster.Nodes[0], _hub);
        Assert.Null(client.ReconnectionToken);

        await AssertRefusedAsync(TestCluster.RecoveryUrl(Cluster.Nodes[0], _hub, client.ConnectionId, "x"));
        Assert.True(client.IsOpen);
    }

    [Fact]
    public async Task A_client_that_stays_away_too_long_finds_its_session_gone()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], _hub, "u");
        var sender = await ConnectAsync(Cluster.Nodes[1], _hub);
        client.Abort();
        await Eventually.True(
            async () => await RedisContents.SessionOwnerAsync(Cluster.Redis, Cluster.Keys, _hub, client.ConnectionId) is null, "the session expires");

        await AssertRefusedAsync(client.RecoveryUrl(Cluster.Nodes[1]));
        await sender.SendToUserAsync("u", 1).FailsWith("NotFound");
        await sender.SendToConnectionAsync(client.ConnectionId, 1).FailsWith("NotFound");
    }

    [Fact]
    public async Task A_client_that_stays_connected_keeps_its_session_for_longer_than_it_would_wait()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], _hub, groups: ["g"]);
        var connected = DateTime.UtcNow;
        await Eventually.True(() => DateTime.UtcNow - connected > 2 * LimitedCluster.SessionTimeout, "the time of a client that is away passes");
        client.Abort();

        await client.RecoverAsync(Cluster.Nodes[1]);

        connected = DateTime.UtcNow;
        await Eventually.True(() => DateTime.UtcNow - connected > 2 * LimitedCluster.SessionTimeout, "it passes once more");
        await client.RecoverAsync(Cluster.Nodes[0]);
    }

    [Fact]
    public async Task What_the_log_has_not_any_more_cannot_be_caught_up_with()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], "small", groups: ["g"], acknowledges: false);
        var sender = await ConnectAsync(Cluster.Nodes[1], "small");
        await sender.SendToGroupAsync("g", "never acknowledged").Succeeds();
        await client.Messages.WaitForCountAsync(1);
        client.Abort();
        await Task.WhenAll(Enumerable.Range(0, LimitedCluster.Messages + 1).Select(i => sender.SendToGroupAsync("elsewhere", $"{i}").Succeeds()));

        await AssertRefusedAsync(client.RecoveryUrl(Cluster.Nodes[1]));
    }

    [Fact]
    public async Task A_hub_that_is_at_most_once_has_no_sessions()
    {
        var client = Own(await TestClient.ConnectAsync(
            TestCluster.ClientUrl(Cluster.Nodes[0], "once", roles: Roles.All, groups: ["g"]), subprotocol: Subprotocols.JsonReliable));
        Assert.Null(client.ReconnectionToken); // So an SDK connects anew, and does not try to recover.
        Assert.Equal(Subprotocols.JsonReliable, client.Subprotocol);

        var sender = await ConnectAsync(Cluster.Nodes[1], "once");
        await sender.SendToGroupAsync("g", "1").Succeeds();
        Assert.NotNull((await client.Messages.WaitForCountAsync(1))[0].SequenceId);
        await AssertRefusedAsync(TestCluster.RecoveryUrl(Cluster.Nodes[0], "once", client.ConnectionId, "x"));
    }

    [Theory]
    [InlineData(LimitedCluster.Messages + 50, 1)]
    [InlineData(20, 100_000)]
    public async Task A_client_that_leaves_too_much_without_acknowledgement_loses_its_session(int messages, int size)
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], _hub, groups: ["g"], acknowledges: false);
        var good = await ConnectReliableAsync(Cluster.Nodes[0], _hub, groups: ["g"]);
        var sender = await ConnectAsync(Cluster.Nodes[1], _hub);
        var data = new string('x', size);
        for (var i = 0; i < messages; i++)
        {
            await sender.SendToGroupAsync("g", data).Succeeds();
            await good.Messages.WaitForCountAsync(i + 1);
        }

        Assert.Equal(1008, (await client.Socket.WaitForCloseAsync()).Code);
        await AssertRefusedAsync(client.RecoveryUrl(Cluster.Nodes[1]));
        Assert.True(good.Socket.IsOpen);
    }

    [Fact]
    public async Task A_client_that_has_missed_too_much_loses_its_session()
    {
        var client = await ConnectReliableAsync(Cluster.Nodes[0], _hub, groups: ["g"]);
        var sender = await ConnectAsync(Cluster.Nodes[1], _hub);
        client.Abort();
        await Task.WhenAll(Enumerable.Range(0, LimitedCluster.Messages + 50).Select(i => sender.SendToGroupAsync("g", $"{i}").Succeeds()));

        await AssertRefusedAsync(client.RecoveryUrl(Cluster.Nodes[1]));
        await AssertRefusedAsync(client.RecoveryUrl(Cluster.Nodes[0]));
    }
}

/// <summary>What passes is no refusal: SDKs try again.</summary>
[Collection<OwnClusterCollection>]
public sealed class UnavailableTests : ProcessTest
{
    [Fact]
    public async Task While_Redis_is_away_a_recovery_is_to_be_tried_again()
    {
        var redis = await RedisServer.StartAsync();
        var cluster = await StartClusterAsync(redis, nodes: 2, settings: new Dictionary<string, string> { ["WsCluster__PublishTimeout"] = "00:00:01" });
        var client = await ConnectReliableAsync(cluster.Nodes[0], "chat", groups: ["g"]);
        var sender = await ConnectAsync(cluster.Nodes[0], "chat");
        await sender.SendToGroupAsync("g", "1").Succeeds();
        await client.AssertReceivedAsync("1");

        redis.Pause();
        client.Abort();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Handshake.TryAsync(client.RecoveryUrl(cluster.Nodes[1]), Subprotocols.JsonReliable)).Status);
        redis.Resume();

        await Eventually.True(
            async () =>
            {
                await client.RecoverAsync(cluster.Nodes[1]);
                return true;
            },
            "the client comes back");
        await sender.SendToGroupAsync("g", "2").Succeeds();
        await client.AssertReceivedAsync("1", "2");
    }
}
