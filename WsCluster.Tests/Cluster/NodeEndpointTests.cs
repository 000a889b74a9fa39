using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>The HTTP endpoints of a node.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class NodeEndpointTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task Health_says_how_the_node_is()
    {
        _ = await ConnectAsync(0);
        await Eventually.True(
            async () => (await GetJsonAsync("/health")).GetProperty("connections").GetInt32() >= 1, "the connection is counted");

        var health = await GetJsonAsync("/health");
        Assert.Equal("Healthy", health.GetProperty("status").GetString());
        Assert.Equal(Cluster.Nodes[0].NodeId, health.GetProperty("nodeId").GetString());
        Assert.True(health.GetProperty("registered").GetBoolean());
        Assert.True(health.GetProperty("hears").GetBoolean());
        Assert.True(health.GetProperty("uptimeSeconds").GetInt64() >= 0);
        Assert.True(health.GetProperty("redisRoundTripMs").GetDouble() > 0);
        Assert.Equal(HttpStatusCode.OK, await Cluster.Nodes[0].GetStatusAsync("/alive"));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/cluster")]
    [InlineData("/no/such/path")]
    [InlineData("/client/hubs/chat")]
    public async Task Every_answer_names_its_node(string path)
    {
        using var response = await Cluster.Nodes[0].GetAsync(path);
        Assert.Equal(Cluster.Nodes[0].NodeId, response.Headers.GetValues("x-wscluster-node").Single());
    }

    [Fact]
    public async Task The_cluster_says_where_a_connection_is()
    {
        var client = await ConnectAsync(1, "u");
        Assert.Equal(Cluster.Nodes[1].NodeId, client.NodeId);
        Assert.Matches($"^[A-Za-z0-9_-]{{22}}[.]{client.NodeId}$", client.ConnectionId);

        foreach (var node in Cluster.Nodes)
        {
            using var response = await node.GetAsync($"/cluster/hubs/{Hub}/connections/{client.ConnectionId}");
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, text);
            var place = JsonDocument.Parse(text).RootElement;
            Assert.Equal(client.NodeId, place.GetProperty("nodeId").GetString());
            Assert.Equal(client.ConnectionId, place.GetProperty("connectionId").GetString());
            Assert.Equal(Hub, place.GetProperty("hub").GetString());
            Assert.Equal(Cluster.Nodes[1].Address, new Uri(place.GetProperty("address").GetString()!));
        }

        await Eventually.True(
            async () => (await Cluster.Nodes[0].GetClusterAsync()).Hubs.TryGetValue(Hub, out var counts)
                && counts.GetValueOrDefault(client.NodeId!) == 1,
            "the hub's connections are listed on another node");
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.nosuchnode")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.")]
    public async Task An_unknown_connection_is_a_problem_with_status_404(string connectionId)
    {
        using var response = await Cluster.Nodes[0].GetAsync($"/cluster/hubs/{Hub}/connections/{connectionId}");
        await AssertProblemAsync(response, 404);
    }

    [Fact]
    public async Task A_connection_of_another_hub_or_one_that_is_closed_is_unknown()
    {
        var client = await ConnectAsync(1);
        foreach (var node in Cluster.Nodes)
        {
            using var other = await node.GetAsync($"/cluster/hubs/{TestCluster.NewHub()}/connections/{client.ConnectionId}");
            await AssertProblemAsync(other, 404);
        }

        await client.CloseAsync();
        foreach (var node in Cluster.Nodes)
        {
            await Eventually.True(
                async () => await node.GetStatusAsync($"/cluster/hubs/{Hub}/connections/{client.ConnectionId}") == HttpStatusCode.NotFound,
                $"{node.Name} does not know the closed connection");
        }
    }

    [Fact]
    public async Task OpenAPI_describes_the_endpoints()
    {
        var document = await GetJsonAsync("/openapi/v1.json");
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToArray();
        foreach (var path in new[] { "/health", "/alive", "/cluster", "/cluster/hubs/{hub}/connections/{connectionId}" })
        {
            Assert.Contains(path, paths, StringComparer.OrdinalIgnoreCase);
        }
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, int status)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
    }

    private async Task<JsonElement> GetJsonAsync(string path)
    {
        using var response = await Cluster.Nodes[0].GetAsync(path);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
