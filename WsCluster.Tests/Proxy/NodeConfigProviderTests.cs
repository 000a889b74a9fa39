using Microsoft.Extensions.Logging.Abstractions;
using WsCluster.Proxy.Nodes;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Proxy;

public sealed class NodeConfigProviderTests
{
    private readonly NodeConfigProvider _provider = new(Snapshots.Watcher(), NullLogger<NodeConfigProvider>.Instance);

    [Fact]
    public void Only_ready_nodes_are_destinations()
    {
        _provider.Update(Snapshots.Of(
            Snapshots.Node("joining", state: NodeState.Joining),
            Snapshots.Node("ready"),
            Snapshots.Node("draining", state: NodeState.Draining)));

        var cluster = Assert.Single(_provider.GetConfig().Clusters);
        var destination = Assert.Single(cluster.Destinations!);
        Assert.Equal("ready", destination.Key);
        Assert.Equal("http://ready:8080", destination.Value.Address);
    }

    [Fact]
    public void A_read_that_brings_only_new_loads_changes_nothing()
    {
        _provider.Update(Snapshots.Of(Snapshots.Node("a"), Snapshots.Node("b")));
        var config = _provider.GetConfig();

        _provider.Update(Snapshots.Of(Snapshots.Node("b", connections: 7), Snapshots.Node("a", connections: 9)));

        Assert.Same(config, _provider.GetConfig());
        Assert.False(config.ChangeToken.HasChanged);
    }

    [Fact]
    public void A_changed_set_or_address_is_announced()
    {
        _provider.Update(Snapshots.Of(Snapshots.Node("a")));
        var first = _provider.GetConfig();

        _provider.Update(Snapshots.Of(Snapshots.Node("a", address: "http://elsewhere:1")));
        var second = _provider.GetConfig();
        Assert.True(first.ChangeToken.HasChanged);
        Assert.Equal("http://elsewhere:1", second.Clusters[0].Destinations!["a"].Address);

        _provider.Update(Snapshots.Of());
        Assert.True(second.ChangeToken.HasChanged);
        Assert.Empty(_provider.GetConfig().Clusters[0].Destinations!);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("file:///etc/passwd")]
    public void A_bad_address_keeps_only_its_own_node_out(string? address)
    {
        _provider.Update(Snapshots.Of(Snapshots.Node("bad", address: address!), Snapshots.Node("good")));

        Assert.Equal(["good"], _provider.Nodes.Keys);
    }

    [Fact]
    public void The_later_generation_speaks_for_a_node()
    {
        _provider.Update(Snapshots.Of(
            Snapshots.Node("a") with { Generation = 2, State = NodeState.Joining },
            Snapshots.Node("a") with { Generation = 1 }));

        Assert.Empty(_provider.Nodes);
    }
}
