namespace WsCluster.Tests.Kit;

/// <summary>The requests of the JSON protocol, one method each; they wait for the ack.</summary>
public static class TestClientRequests
{
    public static Task<Ack> JoinAsync(this TestClient client, string group, ulong? ackId = null) =>
        client.RequestAsync(new { type = "joinGroup", group }, ackId);

    public static Task<Ack> LeaveAsync(this TestClient client, string group, ulong? ackId = null) =>
        client.RequestAsync(new { type = "leaveGroup", group }, ackId);

    public static Task<Ack> SendToGroupAsync(
        this TestClient client, string group, object data, string dataType = "json", bool noEcho = false, ulong? ackId = null) =>
        client.RequestAsync(new { type = "sendToGroup", group, noEcho, dataType, data }, ackId);

    public static Task<Ack> SendToUserAsync(this TestClient client, string userId, object data, bool noEcho = false, params string[] excluded) =>
        client.RequestAsync(new { type = "sendToUser", userId, dataType = "json", data, noEcho, excluded });

    public static Task<Ack> SendToConnectionAsync(this TestClient client, string connectionId, object data) =>
        client.RequestAsync(new { type = "sendToConnection", connectionId, dataType = "json", data });

    public static Task<Ack> BroadcastAsync(this TestClient client, object data, bool noEcho = false, params string[] excluded) =>
        client.RequestAsync(new { type = "broadcast", dataType = "json", data, noEcho, excluded });

    public static Task<Ack> SendEventAsync(this TestClient client, string name, object data, ulong? ackId = null) =>
        client.RequestAsync(new { type = "event", @event = name, dataType = "json", data }, ackId);

    /// <summary>Says that everything up to a sequenceId has come. There is no answer.</summary>
    public static Task AcknowledgeAsync(this TestClient client, long sequenceId) => client.SendAsync(new { type = "sequenceAck", sequenceId });

    /// <summary>Fails the test unless the request was done.</summary>
    public static async Task<Ack> Succeeds(this Task<Ack> request)
    {
        var ack = await request;
        Assert.True(ack.Success, ack.ToString());
        Assert.Null(ack.Error);
        return ack;
    }

    /// <summary>Fails the test unless the request failed with an error of that name and some text.</summary>
    public static async Task<Ack> FailsWith(this Task<Ack> request, string error)
    {
        var ack = await request;
        Assert.False(ack.Success, ack.ToString());
        Assert.True(ack.Error == error, $"Expected {error}: {ack}");
        Assert.False(string.IsNullOrWhiteSpace(ack.Message));
        return ack;
    }
}
