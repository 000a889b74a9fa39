using WsCluster.Server.Clients;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>A group whose members all talk at once, and don't hear themselves: each has a run of its own, as long as the round.</summary>
public sealed class FrameRunMemoryTests
{
    private readonly FrameRuns _runs = new();

    [Fact]
    public void Runs_of_single_receivers_are_not_kept()
    {
        const int Receivers = 300;
        var allocated = Round();
        for (var i = 0; i < 3; i++)
        {
            _runs.Reset();
            allocated = Round();
        }

        // Joined they are 9 MB. Of the last round: by then all that is used again is there.
        Assert.InRange(allocated, 0, 50_000);

        long Round()
        {
            var frames = Enumerable.Range(0, Receivers).Select(i => new byte[100]).ToArray();
            var runs = new FrameRun[Receivers];
            Array.Fill(runs, _runs.Start(FrameKind.Json));
            for (var message = 0; message < Receivers; message++)
            {
                for (var receiver = 0; receiver < Receivers; receiver++)
                {
                    runs[receiver] = receiver == message ? runs[receiver] : runs[receiver].Append(frames[message], default); // No echo.
                }
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var bytes = 0L;
            foreach (var run in runs)
            {
                bytes += run.Join().Length;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(Receivers * (Receivers - 1) * 100, bytes);
            return allocated;
        }
    }
}
