using WsCluster.Server.Clients;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Clients.WebSockets;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>Answers and ackIds (protocol, section 2.3).</summary>
public sealed class RequestLedgerTests
{
    private static readonly SendOutcome Failure = new("Forbidden", "no");

    private readonly TestClient _client = new();
    private readonly RequestLedger _ledger;

    public RequestLedgerTests() => _ledger = new RequestLedger(_client.Connection);

    [Fact]
    public void Answers_come_in_the_order_of_the_requests()
    {
        var first = Begin(1);
        var second = Begin(2);
        _ledger.Reply(JsonFrames.Pong);

        second.Complete(SendOutcome.Success);
        Assert.Empty(_client.Receive());

        first.Complete(Failure);
        Assert.Equal(["1 Forbidden", "2", "pong"], Answers());
    }

    [Fact]
    public void A_request_without_ackId_gets_no_answer()
    {
        var request = new PendingRequest(_ledger, null, 1);
        Assert.True(_ledger.TryBegin(request));

        request.Complete(Failure);

        Assert.Empty(_client.Receive());
    }

    [Fact]
    public void A_repetition_of_a_success_is_not_executed()
    {
        Begin(5).Complete(SendOutcome.Success);
        Assert.Equal(["5"], Answers());

        Assert.False(_ledger.TryBegin(new PendingRequest(_ledger, 5, 1)));

        var answer = Assert.Single(_client.Receive()).Json;
        Assert.Equal("Duplicate", answer.GetProperty("error").GetProperty("name").GetString());
        Assert.Contains("5", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_request_leaves_its_id_free()
    {
        Begin(5).Complete(Failure);
        Begin(5).Complete(Failure);
        Begin(5).Complete(SendOutcome.Success);

        Assert.Equal(["5 Forbidden", "5 Forbidden", "5"], Answers());
    }

    [Fact]
    public void A_repetition_of_what_is_under_way_waits_and_shares_its_end()
    {
        var succeeds = Begin(1);
        var fails = Begin(2);
        Assert.False(_ledger.TryBegin(new PendingRequest(_ledger, 1, 1)));
        Assert.False(_ledger.TryBegin(new PendingRequest(_ledger, 2, 1)));
        Assert.Empty(_client.Receive());

        fails.Complete(Failure);
        succeeds.Complete(SendOutcome.Success);

        Assert.Equal(["1", "2 Forbidden", "1 Duplicate", "2 Forbidden"], Answers());
    }

    [Fact]
    public void A_request_that_failed_may_be_repeated_before_its_answer_is_out()
    {
        var first = Begin(1);
        var second = Begin(2);
        second.Complete(Failure);

        var again = Begin(2);
        again.Complete(SendOutcome.Success);
        first.Complete(SendOutcome.Success);

        Assert.Equal(["1", "2 Forbidden", "2"], Answers());
    }

    [Fact]
    public void Ids_need_not_grow()
    {
        foreach (var id in new ulong[] { 9, 3, ulong.MaxValue, 0, 4 })
        {
            Begin(id).Complete(SendOutcome.Success);
        }

        Assert.Equal(["9", "3", "18446744073709551615", "0", "4"], Answers());
        Assert.False(_ledger.TryBegin(new PendingRequest(_ledger, 0, 1)));
        Assert.False(_ledger.TryBegin(new PendingRequest(_ledger, ulong.MaxValue, 1)));
    }

    [Fact]
    public void Only_the_first_end_of_a_request_counts()
    {
        var request = Begin(1);

        request.Complete(SendOutcome.Success);
        request.Complete(Failure);

        Assert.Equal(["1"], Answers());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sender_with_too_many_requests_under_way_waits()
    {
        List<PendingRequest> requests = [];
        while (_ledger.WaitForRoomAsync().IsCompleted)
        {
            Assert.InRange(requests.Count, 0, 10_000);
            requests.Add(Begin((ulong)requests.Count + 1));
        }

        Assert.True(requests.Count > 100, "Pipelining needs some room.");
        var waiting = _ledger.WaitForRoomAsync();
        requests[^1].Complete(Failure);
        await waiting.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_ledger.WaitForRoomAsync().IsCompletedSuccessfully);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sender_with_too_many_bytes_under_way_waits()
    {
        var small = new PendingRequest(_ledger, null, 10);
        var large = new PendingRequest(_ledger, null, 1024 * 1024);
        Assert.True(_ledger.TryBegin(small));
        Assert.True(_ledger.WaitForRoomAsync().IsCompleted);
        Assert.True(_ledger.TryBegin(large)); // A single message may be as large as it likes.

        var waiting = _ledger.WaitForRoomAsync();
        Assert.False(waiting.IsCompleted);
        small.Complete(SendOutcome.Success);
        Assert.False(waiting.IsCompleted);
        large.Complete(SendOutcome.Success);
        await waiting.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_ledger.WaitForRoomAsync().IsCompleted);
    }

    /// <summary>
    /// A client may send pings, invocations and repetitions without end while one of its requests waits for Redis. Their answers queue
    /// behind that one, so they must count, or the node's memory does not stay bounded (issue 2, bad input).
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Answers_that_queue_behind_a_request_are_bounded(bool repetitions)
    {
        Begin(1);
        for (var i = 0; i < 20_000 && _ledger.WaitForRoomAsync().IsCompleted; i++)
        {
            if (repetitions)
            {
                Assert.False(_ledger.TryBegin(new PendingRequest(_ledger, 1, 1)));
            }
            else
            {
                _ledger.Reply(WebSocketFrame.Build(WebSocketFrame.Text, new byte[1024]));
            }
        }

        Assert.False(_ledger.WaitForRoomAsync().IsCompleted);
    }

    private PendingRequest Begin(ulong ackId)
    {
        var request = new PendingRequest(_ledger, ackId, 1);
        Assert.True(_ledger.TryBegin(request));
        return request;
    }

    private string[] Answers() => [.. _client.Receive().Select(RequestLedgerProperties.Describe)];
}
