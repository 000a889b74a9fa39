using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>Exactly one ack per request with an ackId, and what an ackId means.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class AckTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task A_used_ackId_is_a_duplicate_and_nothing_is_done_again()
    {
        var client = await ConnectAsync(0, groups: ["g"]);

        await client.SendToGroupAsync("g", 1, ackId: 7).Succeeds();
        var duplicate = await client.SendToGroupAsync("g", 2, ackId: 7).FailsWith("Duplicate");
        Assert.Contains("7", duplicate.Message!, StringComparison.Ordinal);
        await client.JoinAsync("other", ackId: 7).FailsWith("Duplicate");
        await client.LeaveAsync("g", ackId: 7).FailsWith("Duplicate");
        await client.SendEventAsync("e", 1, ackId: 7).FailsWith("Duplicate");
        await client.SendToGroupAsync("other", 3, ackId: 8).Succeeds();
        await client.SendToGroupAsync("g", 4, ackId: 9).Succeeds();

        Assert.Equal([1, 4], (await client.Messages.WaitForCountAsync(2)).Select(message => message.Data.GetInt32()));
    }

    [Fact]
    public async Task The_last_1000_ids_are_remembered_in_any_order_and_size()
    {
        var client = await ConnectAsync(0);
        ulong[] ids = [ulong.MaxValue, 0, 5, 3, 1UL << 63, .. Enumerable.Range(100, 995).Select(id => (ulong)id)];
        foreach (var id in ids)
        {
            await client.SendToGroupAsync("nobody", 1, ackId: id).Succeeds();
        }

        foreach (var id in ids)
        {
            await client.SendToGroupAsync("nobody", 1, ackId: id).FailsWith("Duplicate");
        }
    }

    [Fact]
    public async Task Ids_belong_to_a_connection()
    {
        var (a, b) = (await ConnectAsync(0, "u"), await ConnectAsync(0, "u"));
        await a.JoinAsync("g", ackId: 1).Succeeds();
        await b.JoinAsync("g", ackId: 1).Succeeds();
    }

    [Fact]
    public async Task A_failed_request_does_not_use_up_its_id()
    {
        var client = await ConnectAsync(0, roles: [Roles.JoinLeave, Roles.SendToUser]);

        await client.SendToGroupAsync("g", 1, ackId: 1).FailsWith("Forbidden");
        await client.SendToGroupAsync("g", 1, ackId: 1).FailsWith("Forbidden");
        await client.JoinAsync("g", ackId: 1).Succeeds();
        await client.SendEventAsync("e", 1, ackId: 2).FailsWith("InternalServerError");
        await client.JoinAsync("g", ackId: 2).Succeeds();
        await client.RequestAsync(new { type = "sendToUser", userId = "nobody", data = 1 }, ackId: 3).FailsWith("NotFound");
        await client.JoinAsync("g", ackId: 3).Succeeds();
    }

    [Fact]
    public async Task Without_ackId_errors_are_silent_and_the_connection_stays()
    {
        var client = await ConnectAsync(0, roles: [Roles.SendToUser, Roles.SendToConnection]);

        await client.SendAsync(new { type = "joinGroup", group = "g" });
        await client.SendAsync(new { type = "leaveGroup", group = "g" });
        await client.SendAsync(new { type = "sendToGroup", group = "g", data = 1 });
        await client.SendAsync(new { type = "event", @event = "e", data = 1 });
        await client.SendAsync(new { type = "sendToUser", userId = "nobody", data = 1 });
        await client.SendAsync(new { type = "sendToConnection", connectionId = "nobody", data = 1 });
        await client.SendAsync(new { type = "broadcast", data = 1 });
        await client.SendAsync(new { type = "ping" });

        await client.Frames.WaitForAsync(frame => frame.GetProperty("type").GetString() == "pong", "the pong");
        Assert.Equal(["system", "pong"], client.Frames.Items.Select(frame => frame.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Acks_come_in_the_order_of_the_requests()
    {
        var client = await ConnectAsync(0, "u", [Roles.JoinLeave, Roles.Send + ".allowed", Roles.SendToUser, Roles.SendToConnection]);
        object[] requests =
        [
            new { type = "joinGroup", group = "g" },
            new { type = "sendToGroup", group = "allowed", data = 1 },
            new { type = "sendToGroup", group = "forbidden", data = 1 },
            new { type = "event", @event = "e", data = 1 },
            new { type = "sendToUser", userId = "u", data = 1 },
            new { type = "sendToConnection", connectionId = "x." + Cluster.Nodes[1].NodeId, data = 1 },
            new { type = "sendToUser", userId = "nobody", data = 1 },
            new { type = "leaveGroup", group = "g" },
        ];

        var acks = new List<Task<Ack>>();
        for (var i = 0; i < 200; i++)
        {
            acks.Add(await client.BeginAsync(requests[i % requests.Length]));
        }

        await Task.WhenAll(acks).Within("all acks arrive");
        var order = client.Frames.Items.Where(frame => frame.GetProperty("type").GetString() == "ack")
            .Select(frame => frame.GetProperty("ackId").GetInt32());
        Assert.Equal(Enumerable.Range(1, 200), order);
    }

    [Fact]
    public async Task An_event_without_a_handler_is_an_error_on_the_ack()
    {
        var client = await ConnectAsync(0, roles: []);
        await client.SendEventAsync("e", new { x = 1 }).FailsWith("InternalServerError");
        await client.SendEventAsync(new string('e', 128), 1).FailsWith("InternalServerError");
        await client.SendEventAsync("a_b.c-9", 1).FailsWith("InternalServerError");
        Assert.True(client.IsOpen, "The connection stays.");
    }
}
