using WsCluster.Server.Cluster;

namespace WsCluster.Tests.Unit.Cluster;

public sealed class NodeIdentityTests
{
    [Fact]
    public void A_node_id_is_10_characters_and_new_every_time()
    {
        var ids = Enumerable.Range(0, 1_000).Select(_ => new NodeIdentity().NodeId).ToArray();

        Assert.All(ids, id => Assert.Matches(@"\A[a-z0-9]{10}\z", id));
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void A_connection_id_is_22_random_characters_and_ends_in_its_node()
    {
        var node = new NodeIdentity();
        var ids = Enumerable.Range(0, 1_000).Select(_ => node.NewConnectionId()).ToArray();

        Assert.All(ids, id => Assert.Matches(@"\A[A-Za-z0-9]{22}\.[a-z0-9]{10}\z", id));
        Assert.All(ids, id => Assert.Equal(node.NodeId, NodeIdentity.NodeOf(id)));
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("abcdefghij")]
    [InlineData("1234567890123456789012abcdefghijk")]
    [InlineData("1234567890123456789012.abcdefghi")]
    [InlineData("1234567890123456789012.abcdefghijk")]
    [InlineData("123456789012345678901.abcdefghij")]
    [InlineData("12345678901234567890123.abcdefghi")]
    public void What_is_no_connection_id_names_no_node(string id) => Assert.Null(NodeIdentity.NodeOf(id));

    [Fact]
    public void A_new_generation_has_a_new_inbox_and_the_same_id()
    {
        var node = new NodeIdentity();
        var id = node.NodeId;
        Assert.Equal((0, $"{id}.0"), (node.Generation, node.Inbox));

        node.NextGeneration();

        Assert.Equal(id, node.NodeId);
        Assert.Equal((1, $"{id}.1"), (node.Generation, node.Inbox));
    }
}
