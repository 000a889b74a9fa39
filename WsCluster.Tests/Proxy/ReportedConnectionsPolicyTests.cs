using Microsoft.AspNetCore.Http;
using WsCluster.Proxy.Balancing;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Proxy.Kit;
using Yarp.ReverseProxy.Model;

namespace WsCluster.Tests.Proxy;

public sealed class ReportedConnectionsPolicyTests
{
    private readonly NodeLoads _loads = new(Snapshots.Watcher());

    [Fact]
    public void Of_two_nodes_the_emptier_one_is_chosen()
    {
        _loads.Update(Snapshots.Of(Snapshots.Node("full", connections: 5), Snapshots.Node("empty", connections: 4)));

        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("empty", Pick("full", "empty")));
    }

    [Fact]
    public void What_was_assigned_counts_until_the_node_reports_again()
    {
        var report = Snapshots.Of(Snapshots.Node("a", connections: 10));
        _loads.Update(report);
        _loads.Assign("a");
        _loads.Assign("a");
        _loads.Update(report);
        Assert.Equal(12, _loads.ConnectionsOf("a"));

        _loads.Update(Snapshots.Of(Snapshots.Node("a", connections: 12)));
        Assert.Equal(12, _loads.ConnectionsOf("a"));

        _loads.Update(ClusterSnapshot.Empty);
        Assert.Equal(0, _loads.ConnectionsOf("a"));
    }

    [Fact]
    public void Newcomers_between_two_reports_even_the_nodes_out()
    {
        _loads.Update(Snapshots.Of(Snapshots.Node("a", connections: 100), Snapshots.Node("b", connections: 50), Snapshots.Node("c")));

        for (var i = 0; i < 450; i++)
        {
            _loads.Assign(Pick("a", "b", "c"));
        }

        Assert.All(["a", "b", "c"], node => Assert.InRange(_loads.ConnectionsOf(node), 180, 220));
    }

    [Fact]
    public void Equal_nodes_are_chosen_equally()
    {
        var picks = Enumerable.Range(0, 3000).Select(_ => Pick("a", "b", "c")).CountBy(node => node).ToDictionary();

        Assert.All(["a", "b", "c"], node => Assert.InRange(picks[node], 800, 1200));
    }

    private string Pick(params string[] nodes) => new ReportedConnectionsPolicy(_loads)
        .PickDestination(new DefaultHttpContext(), new ClusterState("nodes"), [.. nodes.Select(node => new DestinationState(node))])!.DestinationId;
}
