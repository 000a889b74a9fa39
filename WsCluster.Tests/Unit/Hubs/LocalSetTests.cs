using CsCheck;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Hubs;

public sealed class LocalSetTests
{
    [Fact]
    public void It_holds_what_was_added_and_not_removed_and_every_member_knows_its_place()
    {
        // A number adds a member, or removes the one at that place of the model.
        Gen.Select(Gen.Frequency((3, Gen.Const(true)), (2, Gen.Const(false))), Gen.Int[0, 1000]).Array[0, 200].Sample(
            steps =>
            {
                var set = new LocalSet("g:x");
                List<Membership> model = [];
                foreach (var (add, choice) in steps)
                {
                    if (add)
                    {
                        var connection = TestConnection.New(id: $"c{choice}");
                        var membership = set.Add(connection);
                        Assert.Same(connection, membership.Connection);
                        Assert.Same(set, membership.Set);
                        model.Add(membership);
                    }
                    else if (model.Count > 0)
                    {
                        var index = choice % model.Count;
                        set.Remove(model[index]);
                        model.RemoveAt(index);
                    }

                    Assert.Equal(model.Count, set.Count);
                    Assert.Equal(model.Count, set.Members.Length);
                    Assert.Equal(model.ToHashSet(), set.Members.ToArray().ToHashSet());
                    for (var i = 0; i < set.Count; i++)
                    {
                        Assert.Equal(i, set.Members[i].Index);
                    }
                }
            },
            iter: 200);
    }

    [Fact]
    public void The_last_member_may_be_the_only_one()
    {
        var set = new LocalSet("g:x");
        var member = set.Add(TestConnection.New(id: "c"));

        set.Remove(member);

        Assert.Equal(0, set.Count);
        Assert.True(set.Members.IsEmpty);
    }
}
