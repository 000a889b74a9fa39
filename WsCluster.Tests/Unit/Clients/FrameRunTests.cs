using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Clients;

public sealed class FrameRunTests
{
    private static readonly MessageTopic Topic = new(TargetKind.Group, "g");

    private readonly FrameRuns _runs = new();

    [Fact]
    public void Receivers_of_the_same_frames_are_at_the_same_run_and_share_its_bytes()
    {
        byte[] first = [1, 2];
        byte[] second = [3];

        var one = Start().Append(first, Topic).Append(second, Topic);
        var two = Start().Append(first, Topic);
        Assert.Same(one, two = two.Append(second, Topic));

        Assert.Equal<byte>([1, 2, 3], one.Join());
        Assert.True(one.Join() == two.Join());
    }

    [Fact]
    public void A_single_frame_is_sent_from_where_it_is()
    {
        byte[] frame = [1, 2];

        Assert.True(Start().Append(frame, Topic).Join() == frame);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)] // What two have in common is kept, what one has alone is not.
    public void Who_misses_a_frame_has_a_branch_of_its_own(int receivers)
    {
        byte[] first = [1];
        byte[] second = [2];
        byte[] third = [3, 3];
        var all = Deliver(receivers, Start(), first, second, third);
        var without = Deliver(receivers, Deliver(receivers, Start(), first), third);
        var late = Deliver(receivers, Start(), third);

        for (var i = 0; i < 2; i++) // One branch has not written over the other.
        {
            Assert.Equal<byte>([1, 3, 3], without.Join());
            Assert.Equal<byte>([1, 2, 3, 3], all.Join());
            Assert.Equal<byte>([3, 3], late.Join());
        }
    }

    [Fact]
    public void A_longer_run_goes_on_where_a_shorter_one_ends()
    {
        byte[][] frames = [[1], [2], [3]];
        var longer = Deliver(4, Start(), frames[0], frames[1]);
        var shorter = longer;
        longer = Deliver(2, longer, frames[2]); // Two of the four.

        Assert.Equal<byte>([1, 2], shorter.Join());
        Assert.Equal<byte>([1, 2, 3], longer.Join());
        Assert.True(shorter.Join().Overlaps(longer.Join()));
        Assert.Equal<byte>([1, 2], shorter.Join());
    }

    [Fact]
    public void Beyond_what_a_round_keeps_joined_runs_are_right_all_the_same()
    {
        var last = new byte[1];
        var runs = Enumerable.Range(0, 8).Select(i => Deliver(2, Start(), [(byte)i], new byte[1024 * 1024], last)).ToArray();

        for (var i = 0; i < 2 * runs.Length; i++)
        {
            var bytes = runs[i % runs.Length].Join();
            Assert.Equal(1024 * 1024 + 2, bytes.Length);
            Assert.Equal(i % runs.Length, bytes[0]);
            Assert.Equal(-1, bytes[1..].IndexOfAnyExcept((byte)0));
        }
    }

    [Fact]
    public void Kinds_of_frames_have_runs_of_their_own()
    {
        var json = _runs.Start(FrameKind.Json).Append([1], Topic);
        var raw = _runs.Start(FrameKind.Raw).Append([2], Topic);

        Assert.Equal<byte>([1], json.Join());
        Assert.Equal<byte>([2], raw.Join());
    }

    [Theory]
    [InlineData(0, new[] { 0, 1, 2 })]
    [InlineData(1, new[] { 0, 1, 2 })]
    [InlineData(2, new[] { 1, 2 })]
    [InlineData(4, new[] { 1, 2 })]
    [InlineData(5, new[] { 2 })]
    [InlineData(6, new int[0])]
    public void Frames_from_a_byte_on_begin_with_the_one_that_has_it(int offset, int[] expected)
    {
        byte[][] frames = [[0, 0], [1, 1, 1], [2]];
        var run = frames.Aggregate(Start(), (run, frame) => run.Append(frame, Topic));

        Assert.Equal(expected.Select(number => frames[number]), run.From(offset).Select(run => run.Frame));
    }

    [Fact]
    public void A_round_knows_nothing_of_the_one_before()
    {
        byte[] frame = [1, 2, 3];
        var old = Start().Append(frame, Topic).Append([4], Topic);
        Assert.Equal(4, old.Join().Length);

        _runs.Reset();

        var run = Start().Append(frame, Topic);
        Assert.NotSame(old, run);
        Assert.Equal<byte>([1, 2, 3, 5], run.Append([5], Topic).Join());
    }

    /// <summary>Delivers frames to receivers that are at the same run.</summary>
    private static FrameRun Deliver(int receivers, FrameRun run, params byte[][] frames)
    {
        foreach (var frame in frames)
        {
            run = Enumerable.Range(0, receivers).Select(_ => run.Append(frame, Topic)).ToArray().Distinct().Single();
        }

        return run;
    }

    private FrameRun Start() => _runs.Start(FrameKind.Json);
}
