using System.Net.Http.Json;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary><c>POST /cluster/nodes/{id}:drain</c>.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class DrainOrderTests(EmbeddedClusterFixture fixture) : ClusterProcessTest(fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_drains_and_ends_whichever_node_is_asked_and_however_often(bool itself)
    {
        var node = await AddNodeAsync();
        var client = await ConnectAsync(node, Hub);
        var asked = itself ? node : Cluster.Nodes[0];

        await AssertAcceptedAsync(asked, node);
        await Eventually.True(
            async () => (await Cluster.Nodes[1].GetClusterAsync()).Find(node.NodeId)?.State == "draining", "the others know that it drains");
        await AssertAcceptedAsync(asked, node);
        Assert.True(client.IsOpen);
        node.Interrupt();

        Assert.Equal(1001, (await client.WaitForCloseAsync()).Code);
        Assert.Equal(0, await node.WaitForExitAsync());
        await Cluster.WaitForNodesAsync(3);
        await AssertProblemAsync(Cluster.Nodes[0], node.NodeId, 404);
    }

    [Fact]
    public async Task An_empty_node_answers_before_it_ends()
    {
        var node = await AddNodeAsync();

        await AssertAcceptedAsync(node, node);

        Assert.Equal(0, await node.WaitForExitAsync());
        await Cluster.WaitForNodesAsync(3);
    }

    [Theory]
    [InlineData("nosuchnode")]
    [InlineData("a")]
    [InlineData("%C3%A4%20%22")]
    public Task An_unknown_node_is_a_problem_with_status_404(string nodeId) => AssertProblemAsync(Cluster.Nodes[0], nodeId, 404);

    [Fact]
    public async Task A_node_that_does_not_answer_in_time_is_a_problem_with_status_503()
    {
        var node = await AddNodeAsync();
        node.Pause();
        try
        {
            await AssertProblemAsync(Cluster.Nodes[0], node.NodeId, 503);
        }
        finally
        {
            node.Resume();
        }

        // It may still drain, the answer says. This one does: the order waits in its inbox.
        Assert.Equal(0, await node.WaitForExitAsync());
        await Cluster.WaitForNodesAsync(3);
    }

    [Theory]
    [InlineData("/cluster/nodes/{0}:drain")]
    [InlineData("/Cluster/NODES/{0}:drain")]
    [InlineData("/cluster/nodes/{0}%3Adrain")]
    [InlineData("/%63luster/nodes/{0}:drain/")]
    [InlineData("/cluster//nodes/{0}:drain")]
    [InlineData("/cluster/nodes%2F{0}:drain")]
    public async Task The_proxy_lets_no_order_through(string path)
    {
        foreach (var node in Cluster.Nodes)
        {
            using var response = await Cluster.Proxy.PostAsync(path.Replace("{0}", node.NodeId, StringComparison.Ordinal));
            Assert.Equal(404, (int)response.StatusCode);
        }

        await Cluster.WaitForNodesAsync(3);
    }

    [Fact]
    public async Task OpenAPI_describes_it()
    {
        using var response = await Cluster.Nodes[0].GetAsync("/openapi/v1.json");
        var document = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var answers = document.GetProperty("paths").GetProperty("/cluster/nodes/{nodeId}:drain").GetProperty("post").GetProperty("responses");
        Assert.Equal(["202", "404", "503"], answers.EnumerateObject().Select(answer => answer.Name).Order());
    }

    /// <summary>A node whose window outlasts the test.</summary>
    private async Task<NodeProcess> AddNodeAsync()
    {
        var node = await Cluster.AddNodeAsync(new Dictionary<string, string> { ["WsCluster__DrainWindow"] = "00:30:00" });
        Cluster.Forget(node);
        return node;
    }

    private static async Task AssertAcceptedAsync(NodeProcess asked, NodeProcess node)
    {
        using var response = await asked.PostAsync($"/cluster/nodes/{node.NodeId}:drain");
        Assert.Equal(202, (int)response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(node.NodeId, answer.GetProperty("nodeId").GetString());
        Assert.Equal("draining", answer.GetProperty("state").GetString());
    }

    private static async Task AssertProblemAsync(NodeProcess asked, string nodeId, int status)
    {
        using var response = await asked.PostAsync($"/cluster/nodes/{nodeId}:drain");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }
}
