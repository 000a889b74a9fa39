using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>As hub.lua writes them; what it makes of joins and leaves is tested with it.</summary>
public sealed class GroupIntervalsTests
{
    [Theory]
    [InlineData("10-", 10L, new long[] { 11, 12, long.MaxValue }, new long[] { 0, 9, 10 })]
    [InlineData("10-20;", null, new long[] { 11, 20 }, new long[] { 10, 21, long.MaxValue })]
    [InlineData("10-20;30-40;", null, new long[] { 11, 20, 31, 40 }, new long[] { 10, 21, 30, 41 })]
    [InlineData("10-20;30-", 30L, new long[] { 11, 20, 31, 1_000 }, new long[] { 10, 21, 30 })]
    [InlineData("9007199254740990-", 9007199254740990, new long[] { 9007199254740991 }, new long[] { 9007199254740990 })]
    [InlineData("", null, new long[0], new long[] { 0, 1, long.MaxValue })]
    public void An_interval_begins_after_its_join_and_ends_with_its_leave(string text, long? open, long[] inside, long[] outside)
    {
        var intervals = new GroupIntervals(text);

        Assert.Equal(open, intervals.OpenSince);
        Assert.All(inside, offset => Assert.True(intervals.Contains(offset), $"{offset}"));
        Assert.All(outside, offset => Assert.False(intervals.Contains(offset), $"{offset}"));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("x-")]
    [InlineData("1-x;")]
    [InlineData("99999999999999999999-")]
    public void What_is_none_is_refused(string text) => Assert.ThrowsAny<Exception>(() => new GroupIntervals(text));
}
