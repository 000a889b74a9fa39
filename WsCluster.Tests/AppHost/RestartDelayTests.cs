using WsCluster.AppHost.Processes;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.AppHost;

/// <summary>The wait before a process is started again.</summary>
public sealed class RestartDelayTests
{
    [Fact]
    public void Doubles_up_to_a_half_minute_and_starts_over_after_a_healthy_life()
    {
        var time = new ManualTime();
        var delay = new RestartDelay(time);

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(0, 7).Select(_ => DieAfter(TimeSpan.FromSeconds(5))));
        Assert.Equal([1, 2], [DieAfter(TimeSpan.FromMinutes(2)), DieAfter(TimeSpan.FromSeconds(5))]);

        double DieAfter(TimeSpan life)
        {
            delay.Started();
            time.Advance(life);
            return delay.Next().TotalSeconds;
        }
    }
}
