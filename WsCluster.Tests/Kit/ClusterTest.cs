namespace WsCluster.Tests.Kit;

/// <summary>Base of tests on a shared cluster; each test has a hub of its own.</summary>
public abstract class ClusterTest(ClusterFixture fixture) : ProcessTest
{
    private TestCluster? _cluster;

    /// <summary>The cluster.</summary>
    private protected TestCluster Cluster => _cluster!;

    /// <summary>A hub that no other test uses.</summary>
    private protected string Hub { get; } = TestCluster.NewHub();

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        _cluster = await fixture.GetAsync();
        Watch(_cluster);
    }

    /// <summary>Connects to a node (0, 1 or 2), with all roles unless others are given.</summary>
    private protected Task<TestClient> ConnectAsync(int node, string? userId = null, string[]? roles = null, string[]? groups = null) =>
        ConnectAsync(Cluster.Nodes[node], Hub, userId, roles, groups);
}
