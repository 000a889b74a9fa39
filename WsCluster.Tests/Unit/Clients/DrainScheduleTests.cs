using WsCluster.Server.Clients;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

public sealed class DrainScheduleTests
{
    private const int Clients = 10_000;

    private readonly HandTime _time = new();

    [Fact]
    public void Closes_are_spread_evenly_over_the_window()
    {
        var schedule = Schedule(TimeSpan.FromSeconds(20));
        Add(schedule, Clients);

        for (var tenth = 0; tenth < 10; tenth++)
        {
            Assert.False(schedule.IsOver);
            _time.Advance(TimeSpan.FromSeconds(2));
            Assert.InRange(Take(schedule), Clients / 10 * 0.9, Clients / 10 * 1.1);
        }

        Assert.True(schedule.IsOver);
        Assert.Equal(0, schedule.Count);
    }

    [Fact]
    public void Who_comes_late_gets_a_moment_in_what_is_left()
    {
        var schedule = Schedule(TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(15));
        Add(schedule, Clients);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(Take(schedule), Clients / 5 * 0.9, Clients / 5 * 1.1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Take(schedule);
        Assert.Equal(0, schedule.Count);
    }

    [Fact]
    public void A_window_of_zero_spreads_nothing()
    {
        var schedule = Schedule(TimeSpan.Zero);
        Add(schedule, 10);

        Assert.True(schedule.IsOver);
        Assert.Equal(10, Take(schedule));
    }

    [Fact]
    public void All_can_be_had_before_their_moment()
    {
        var schedule = Schedule(TimeSpan.FromHours(1));
        Add(schedule, 10);

        Assert.Equal(10, Take(schedule, all: true));
    }

    private static void Add(DrainSchedule schedule, int count)
    {
        for (var i = 0; i < count; i++)
        {
            schedule.Add(TestConnection.New(id: $"c{i}"));
        }
    }

    private static int Take(DrainSchedule schedule, bool all = false)
    {
        var taken = 0;
        while (schedule.Take(all) is not null)
        {
            taken++;
        }

        return taken;
    }

    private DrainSchedule Schedule(TimeSpan window) => new(window, _time, new Random(1));

    /// <summary>A clock that goes when it is told to.</summary>
    private sealed class HandTime : TimeProvider
    {
        private long _now = 1_000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
