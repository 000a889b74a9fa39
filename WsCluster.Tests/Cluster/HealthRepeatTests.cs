using System.Globalization;
using System.Text;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>A request for <c>/health</c> that repeats the last one is answered below HTTP: as HTTP would, and only where it may be.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class HealthRepeatTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    private const string Ask = "GET /health HTTP/1.1\r\nHost: node\r\n\r\n";

    private INode Node => Cluster.Nodes[0];

    [Fact]
    public async Task Repetitions_have_the_same_answer_as_the_first()
    {
        using var client = await RawClient.ConnectAsync(Node.Address);
        var first = await AskAsync(client, Ask);
        for (var i = 0; i < 50; i++)
        {
            var next = await AskAsync(client, Ask);
            Assert.Equal(first.Status, next.Status);
            Assert.Equal(first.Headers.Keys.Order(), next.Headers.Keys.Order());
            Assert.Equal(first.Headers["content-type"], next.Headers["content-type"]);
            Assert.Equal(Node.NodeId, next.Headers["x-wscluster-node"]);
            Assert.Equal(Node.NodeId, JsonDocument.Parse(next.Body).RootElement.GetProperty("nodeId").GetString());
        }
    }

    [Fact]
    public async Task They_are_up_to_date()
    {
        using var client = await RawClient.ConnectAsync(Node.Address);
        var before = Connections(await AskAsync(client, Ask));
        _ = await ConnectAsync(0);
        await Eventually.True(async () => Connections(await AskAsync(client, Ask)) > before, "a repetition counts the new client");
    }

    [Fact]
    public async Task Other_requests_in_between_are_answered_by_HTTP()
    {
        using var client = await RawClient.ConnectAsync(Node.Address);
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains("\"checks\"", (await AskAsync(client, Ask)).Body, StringComparison.Ordinal);
            Assert.Contains("\"checks\"", (await AskAsync(client, Ask)).Body, StringComparison.Ordinal);
            Assert.Equal("Healthy", (await AskAsync(client, "GET /alive HTTP/1.1\r\nHost: node\r\n\r\n")).Body);
        }
    }

    [Fact]
    public async Task Two_requests_at_once_have_two_answers()
    {
        using var client = await RawClient.ConnectAsync(Node.Address);
        _ = await AskAsync(client, Ask);
        await client.SendAsync(Encoding.ASCII.GetBytes(Ask + Ask));
        _ = await ReadAsync(client);
        _ = await ReadAsync(client);
        Assert.Equal("Healthy", (await AskAsync(client, "GET /alive HTTP/1.1\r\nHost: node\r\n\r\n")).Body);
    }

    [Fact]
    public async Task A_request_in_pieces_has_one_answer()
    {
        using var client = await RawClient.ConnectAsync(Node.Address);
        _ = await AskAsync(client, Ask);
        await client.SendAsync(Encoding.ASCII.GetBytes(Ask[..20]));
        await client.SendAsync(Encoding.ASCII.GetBytes(Ask[20..]));
        _ = await ReadAsync(client);
        Assert.Equal("Healthy", (await AskAsync(client, "GET /alive HTTP/1.1\r\nHost: node\r\n\r\n")).Body);
    }

    /// <summary>A body that looks like the request is no request: answers would be out of step with requests for whoever shares the connection.</summary>
    [Fact]
    public async Task A_body_is_not_taken_for_a_repetition()
    {
        using var client = await RawClient.ConnectAsync(Node.Address);
        const string Head = "GET /health HTTP/1.1\r\nHost: node\r\nContent-Length: 56\r\n\r\n";
        Assert.Equal(56, Head.Length);
        await client.SendAsync(Encoding.ASCII.GetBytes(Head));
        var first = await ReadAsync(client);
        Assert.Equal(200, first.Status);
        await client.SendAsync(Encoding.ASCII.GetBytes(Head)); // The body of the first one.

        // Behind another client's request, by which the node has read the body alone: together with the next request it would look like neither.
        using var other = await RawClient.ConnectAsync(Node.Address);
        Assert.Equal(200, (await AskAsync(other, Ask)).Status);
        Assert.Equal("Healthy", (await AskAsync(client, "GET /alive HTTP/1.1\r\nHost: node\r\n\r\n")).Body);
    }

    [Fact]
    public async Task Who_wants_the_connection_closed_has_it_closed()
    {
        using var client = await RawClient.ConnectAsync(Node.Address);
        _ = await AskAsync(client, Ask);
        _ = await AskAsync(client, Ask);
        var last = await AskAsync(client, "GET /health HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
        Assert.Equal("close", last.Headers["connection"]);
        await client.ReadToEndAsync();
    }

    [Fact]
    public async Task What_HTTP_refuses_stays_refused()
    {
        using var client = await RawClient.ConnectAsync(Node.Address);
        Assert.Equal(400, (await AskAsync(client, "GET /health HTTP/1.1\r\nHost: node\r\nHost: other\r\n\r\n")).Status);
    }

    private static int Connections(Answer answer) => JsonDocument.Parse(answer.Body).RootElement.GetProperty("connections").GetInt32();

    private static async Task<Answer> AskAsync(RawClient client, string request)
    {
        await client.SendAsync(Encoding.ASCII.GetBytes(request));
        return await ReadAsync(client);
    }

    private static async Task<Answer> ReadAsync(RawClient client)
    {
        var lines = (await client.ReadHeadAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
        var body = await client.ReadBytesAsync(int.Parse(headers["content-length"], CultureInfo.InvariantCulture));
        return new Answer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, Encoding.UTF8.GetString(body));
    }

    private sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
}
