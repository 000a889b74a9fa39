using WsCluster.Server.Clients;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

public sealed class PendingRequestTests
{
    private readonly TestClient _client = new();
    private readonly RequestLedger _ledger;

    public PendingRequestTests() => _ledger = new RequestLedger(_client.Connection);

    [Theory]
    [InlineData(true, 1, null, "1")]
    [InlineData(true, 3, "gone", "1")]
    [InlineData(true, 0, null, "1")]
    [InlineData(true, 0, "gone", "1 NotFound")]
    [InlineData(true, OperationResult.TakenBySession, "gone", "1")]
    [InlineData(true, OperationResult.Repeated, null, "1 Duplicate")]
    [InlineData(true, OperationResult.Repeated, "gone", "1 Duplicate")]
    [InlineData(false, 0, null, "1 InternalServerError")]
    [InlineData(false, 0, "gone", "1 InternalServerError")]
    public void The_pipelines_word_becomes_the_answer(bool taken, int nodes, string? notFound, string answer)
    {
        var request = Begin(notFound, awaitsReceipt: false);

        request.Completed(Result(taken, nodes));
        request.BatchCompleted();

        Assert.Equal([answer], Answers());
    }

    [Theory]
    [InlineData(true, "1")]
    [InlineData(false, "1 NotFound")]
    public void Where_only_the_other_node_knows_its_word_is_the_answer(bool found, string answer)
    {
        var request = Begin("gone", awaitsReceipt: true);
        request.Completed(Result(taken: true, nodes: 1));
        request.BatchCompleted();
        Assert.Empty(_client.Receive());

        new ConnectionReceipt(request).Replied(found);

        Assert.Equal([answer], Answers());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_receipt_may_be_quicker_than_the_pipeline(bool found)
    {
        var request = Begin("gone", awaitsReceipt: true);

        new ConnectionReceipt(request).Replied(found);
        request.Completed(Result(taken: true, nodes: 1));

        Assert.Equal([found ? "1" : "1 NotFound"], Answers());
    }

    [Fact]
    public void A_receipt_that_never_comes_is_a_failure()
    {
        var request = Begin("gone", awaitsReceipt: true);
        request.Completed(Result(taken: true, nodes: 1));

        new ConnectionReceipt(request).TimedOut();

        Assert.Equal(["1 InternalServerError"], Answers());
    }

    /// <summary>The session takes it, wherever its client is, or it has been taken before: no node reports.</summary>
    [Theory]
    [InlineData(OperationResult.TakenBySession, "1")]
    [InlineData(OperationResult.Repeated, "1 Duplicate")]
    public void A_message_that_waits_for_no_connection_needs_no_receipt(int nodes, string answer)
    {
        var request = Begin("gone", awaitsReceipt: true);
        request.Completed(Result(taken: true, nodes));

        Assert.Equal([answer], Answers());
    }

    [Theory]
    [InlineData(true, 0, "1 NotFound")]
    [InlineData(false, 0, "1 InternalServerError")]
    public void A_message_that_no_node_took_needs_no_receipt(bool taken, int nodes, string answer)
    {
        var request = Begin("gone", awaitsReceipt: true);
        request.Completed(Result(taken, nodes));

        new ConnectionReceipt(request).TimedOut();

        Assert.Equal([answer], Answers());
    }

    [Theory]
    [InlineData(true, "1")]
    [InlineData(false, "1 InternalServerError")]
    public void A_join_is_answered_when_it_is_done(bool success, string answer)
    {
        Begin(notFound: null, awaitsReceipt: false).Joined(success);

        Assert.Equal([answer], Answers());
    }

    private static OperationResult Result(bool taken, int nodes) => taken
        ? new OperationResult(true, 1, StackExchange.Redis.RedisResult.Create((StackExchange.Redis.RedisValue)nodes))
        : OperationResult.Failed;

    private PendingRequest Begin(string? notFound, bool awaitsReceipt)
    {
        var request = new PendingRequest(_ledger, 1, 1) { NotFoundMessage = notFound, AwaitsReceipt = awaitsReceipt };
        Assert.True(_ledger.TryBegin(request));
        return request;
    }

    private string[] Answers() => [.. _client.Receive().Select(RequestLedgerProperties.Describe)];
}
