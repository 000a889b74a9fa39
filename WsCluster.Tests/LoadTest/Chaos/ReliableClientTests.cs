using WsCluster.LoadTest.Chaos.Clients;
using WsCluster.LoadTest.Chaos.Model;
using WsCluster.LoadTest.Chaos.Rounds;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.LoadTest.Chaos;

/// <summary>What the suite's own client does, which must be what the SDK does; the test plays the server.</summary>
public sealed class ReliableClientTests : IAsyncLifetime
{
    private readonly Journal _journal = new();
    private readonly CancellationTokenSource _stop = new();
    private ScriptedServer _server = null!;
    private ReliableClient _client = null!;
    private ClientRecord _record = null!;
    private Task _ticking = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync();
        _record = _journal.AddClient("client", "u", ["g"]);
        _client = new ReliableClient(_record, _server.Url, ["g"], _journal, new ClientTimes
        {
            Retry = TimeSpan.FromMilliseconds(50),
            Recovery = TimeSpan.FromSeconds(2),
            SequenceAck = TimeSpan.FromMilliseconds(100),
            Ping = TimeSpan.FromMilliseconds(100),
            Silence = TimeSpan.FromSeconds(1),
            Resend = TimeSpan.FromMilliseconds(50),
        });
        _ticking = TickAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_connection_that_broke_is_recovered_with_its_id_and_token_and_what_has_no_ack_is_sent_again()
    {
        var connection = await OpenAsync("c1");
        var message = Send();
        var first = await connection.ExpectAsync("sendToGroup");
        connection.Abort();

        var again = await _server.AcceptAsync();
        Assert.Equal(("c1", "token of c1"), (again.Query("awps_connection_id"), again.Query("awps_reconnection_token")));
        var second = await again.ExpectAsync("sendToGroup");
        Assert.Equal(first.GetProperty("ackId").GetUInt64(), second.GetProperty("ackId").GetUInt64());
        Assert.Equal($"{message.Id}", second.GetProperty("data").GetString());
        await again.AckAsync(second, "Duplicate");
        await Eventually.True(() => message.State == MessageState.Acked, "a duplicate counts as acknowledged");
        Assert.Equal("c1", _client.ConnectionId);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(404)]
    public async Task A_recovery_that_is_refused_by_HTTP_is_tried_again(int status)
    {
        var connection = await OpenAsync("c1");
        _server.RefuseNext(status);
        await connection.CloseAsync(1001);
        Assert.Equal("c1", (await _server.AcceptAsync()).Query("awps_connection_id"));
    }

    [Fact]
    public async Task A_close_with_1008_ends_the_session_and_what_has_no_ack_is_given_up()
    {
        var connection = await OpenAsync("c1");
        var message = Send();
        await connection.ExpectAsync("sendToGroup");
        await connection.CloseAsync(1008);
        await OpenAsync("c2");
        Assert.Equal(MessageState.Uncertain, message.State);
        Assert.Single(_journal.Read((_, counts, _) => counts.Ended));
    }

    [Fact]
    public async Task A_recovery_that_is_refused_by_1008_ends_the_session()
    {
        var connection = await OpenAsync("c1");
        connection.Abort();
        var recovery = await _server.AcceptAsync();
        Assert.Equal("c1", recovery.Query("awps_connection_id"));
        await recovery.CloseAsync(1008);
        await OpenAsync("c2");
    }

    [Fact]
    public async Task A_session_that_can_not_be_recovered_in_time_is_given_up()
    {
        var connection = await OpenAsync("c1");
        for (var i = 0; i < 200; i++)
        {
            _server.RefuseNext(503);
        }

        connection.Abort();
        await Eventually.True(() => _client.ConnectionId is null, "the session is given up");
        Assert.Contains("not recovered within 2 s", Assert.Single(_journal.Read((_, counts, _) => counts.Ended)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_dropped_and_recovered()
    {
        await OpenAsync("c1");
        Assert.Equal("c1", (await _server.AcceptAsync()).Query("awps_connection_id"));
    }

    [Fact]
    public async Task What_is_not_larger_than_the_largest_is_dropped_and_the_largest_is_acknowledged()
    {
        var connection = await OpenAsync("c1");
        foreach (var (data, sequenceId) in new[] { (101, 5), (102, 7), (101, 5), (103, 6), (104, 8) })
        {
            await connection.SendAsync(new { type = "message", from = "server", dataType = "text", data = $"{data}", sequenceId });
        }

        await Eventually.True(() => _journal.Read((_, counts, _) => counts.Deliveries) == 3, "three of five are new");
        while ((await connection.ExpectAsync("sequenceAck")).GetProperty("sequenceId").GetInt64() < 8)
        {
        }
    }

    [Fact]
    public void A_jump_is_acknowledged_at_once()
    {
        var tracker = new SequenceTracker();
        Assert.True(tracker.TryAdvance(300, out var ackNow));
        Assert.False(ackNow);
        Assert.True(tracker.TryAdvance(601, out ackNow));
        Assert.True(ackNow);
    }

    [Fact]
    public async Task What_is_refused_is_sent_again_under_the_same_ackId()
    {
        var connection = await OpenAsync("c1");
        var message = Send();
        var first = await connection.ExpectAsync("sendToGroup");
        await connection.AckAsync(first, "InternalServerError");
        var second = await connection.ExpectAsync("sendToGroup");
        Assert.Equal(first.GetProperty("ackId").GetUInt64(), second.GetProperty("ackId").GetUInt64());
        Assert.True(message.WasRefused);
    }

    private async Task TickAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _client.Tick();
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private SentMessage Send()
    {
        var message = _journal.Sent(_record, Target.Group("g"));
        _client.Send(message);
        return message;
    }

    /// <summary>Plays the server until the client is in its group.</summary>
    private async Task<ScriptedServer.ScriptedConnection> OpenAsync(string id)
    {
        var connection = await _server.AcceptAsync();
        Assert.Null(connection.Query("awps_connection_id"));
        await connection.SendAsync(new { type = "system", @event = "connected", userId = "u", connectionId = id, reconnectionToken = $"token of {id}" });
        await connection.AckAsync(await connection.ExpectAsync("joinGroup"));
        await Eventually.True(() => _client.IsReady, "the client is in its group");
        return connection;
    }
}
