namespace WsCluster.Tests.Kit;

/// <summary>Base of tests on a shared cluster; each test has a hub of its own.</summary>
public abstract class SharedClusterTest<TCluster> : ProcessTest
    where TCluster : class, ICluster
{
    private TCluster? _cluster;

    /// <summary>The cluster.</summary>
    private protected TCluster Cluster => _cluster!;

    /// <summary>A hub that no other test uses.</summary>
    private protected string Hub { get; } = TestCluster.NewHub();

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        _cluster = await GetAsync();
        Watch(_cluster);
    }

    /// <summary>The fixture's cluster.</summary>
    private protected abstract Task<TCluster> GetAsync();

    /// <summary>Connects to a node (0, 1 or 2), with all roles unless others are given.</summary>
    private protected Task<TestClient> ConnectAsync(int node, string? userId = null, string[]? roles = null, string[]? groups = null) =>
        ConnectAsync(Cluster.Nodes[node], Hub, userId, roles, groups);
}
