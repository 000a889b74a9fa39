using CsCheck;
using WsCluster.Server.Clients;

namespace WsCluster.Tests.Unit.Clients;

public sealed class AckMemoryTests
{
    [Fact]
    public void At_least_the_last_1000_are_remembered()
    {
        var memory = new AckMemory();
        for (ulong id = 1; id <= 5_000; id++)
        {
            memory.Add(id);
        }

        for (ulong id = 4_001; id <= 5_000; id++)
        {
            Assert.True(memory.Contains(id));
        }
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var memory = new AckMemory();
        for (ulong id = 1; id <= 5_000; id++)
        {
            memory.Add(id);
        }

        Assert.False(memory.Contains(1));
        Assert.False(memory.Contains(5_000 - AckMemory.Capacity));
        Assert.False(memory.Contains(5_001));
    }

    [Fact]
    public void Nothing_is_remembered_that_was_not_added()
    {
        var memory = new AckMemory();
        Assert.False(memory.Contains(0)); // Though its places are 0 before they are used.

        memory.Add(7);

        Assert.True(memory.Contains(7));
        Assert.False(memory.Contains(0));
    }

    [Fact]
    public void It_is_a_window_over_what_was_added()
    {
        Gen.ULong[0, 40].Array[0, 3_000].Sample(
            ids =>
            {
                var memory = new AckMemory();
                List<ulong> added = [];
                foreach (var id in ids)
                {
                    // Spread out, so that ids repeat at all distances.
                    var spread = id * (ulong)(added.Count / 700 + 1);
                    memory.Add(spread);
                    added.Add(spread);
                }

                var window = added.TakeLast(AckMemory.Capacity).ToHashSet();
                foreach (var id in added.Append(ulong.MaxValue).Append(41UL).Distinct())
                {
                    Assert.Equal(window.Contains(id), memory.Contains(id));
                }
            },
            iter: 200);
    }
}
