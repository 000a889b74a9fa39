using WsCluster.LoadTest.Chaos.Clients;
using WsCluster.LoadTest.Chaos.Faults;
using WsCluster.LoadTest.Chaos.Model;
using WsCluster.LoadTest.Chaos.Servers;
using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Rounds;

/// <summary>One fault under traffic, until all is well again and every delivery is accounted for.</summary>
internal sealed class Round(IFault fault, FaultContext context, ClientPool clients, Traffic traffic, Journal journal, LogBook log, TimeSpan calm)
{
    /// <summary>What clients are promised when Redis has lost its memory: traffic flows again after that.</summary>
    private static readonly TimeSpan FreshLimit = TimeSpan.FromSeconds(10);

    /// <summary>When nothing has come for that long, nothing more will.</summary>
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan BackLimit = TimeSpan.FromSeconds(45);

    public async Task<RoundResult> RunAsync(IProgress<string> progress, CancellationToken stop)
    {
        journal.BeginRound();
        string? trouble = null;
        TimeSpan begun;
        TimeSpan ended;
        using (var stopTraffic = CancellationTokenSource.CreateLinkedTokenSource(stop))
        {
            var sending = traffic.RunAsync(stopTraffic.Token);
            try
            {
                progress.Report($"{fault.Name}: calm");
                await Task.Delay(calm, stop);
                progress.Report($"{fault.Name}: at it");
                journal.FaultBegins();
                begun = ended = journal.Now;
                try
                {
                    await fault.InjectAsync(context, stop);
                    ended = journal.Now;
                    journal.WatchFreshTraffic();
                    progress.Report($"{fault.Name}: waiting until all is well");
                    await RecoverAsync(stop);
                }
                catch (Exception exception) when (exception is PeerFailedException or IOException)
                {
                    trouble = exception.Message;
                    ended = ended > begun ? ended : journal.Now;
                }

                await Task.Delay(calm, stop);
            }
            finally
            {
                await stopTraffic.CancelAsync();
                await sending;
            }
        }

        progress.Report($"{fault.Name}: waiting for the last messages");
        await WaitUntilQuietAsync(stop);
        return Judge(begun, ended, trouble);
    }

    private async Task RecoverAsync(CancellationToken stop)
    {
        await context.Cluster.WaitUntilHealthyAsync(stop);
        await clients.WaitUntilReadyAsync(journal, stop);
        var end = journal.Now + BackLimit;
        while (journal.FreshAfter() is null || journal.Read((_, _, silences) => silences!.StillBroken) > 0)
        {
            if (journal.Now > end)
            {
                throw new PeerFailedException($"Not every client received something within {BackLimit.TotalSeconds:0} s though all were connected.");
            }

            await Task.Delay(50, stop);
        }
    }

    private async Task WaitUntilQuietAsync(CancellationToken stop)
    {
        var begun = journal.Now;
        while (clients.Outstanding > 0 || journal.Read((model, _, _) => model.CountMissing()) > 0)
        {
            var last = journal.LastProgress > begun ? journal.LastProgress : begun;
            if (journal.Now - last > QuietLimit)
            {
                return;
            }

            await Task.Delay(200, stop);
        }

        await Task.Delay(300, stop); // For what comes twice.
    }

    private RoundResult Judge(TimeSpan begun, TimeSpan ended, string? trouble) => journal.Read((model, counts, silences) =>
    {
        var offences = model.Check();
        var outages = silences!.Outages;
        var fresh = journal.FreshAfter();
        var unacked = clients.Outstanding;
        var mayEnd = fault.MayEndSessionsOn(context.Cluster.Redis.Kind);
        if (trouble is null && mayEnd && (fresh is null || fresh > FreshLimit))
        {
            trouble = $"New traffic reached every client after {fresh?.TotalSeconds ?? double.NaN:0.0} s; it must after {FreshLimit.TotalSeconds:0} s.";
        }
        else if (trouble is null && unacked > 0)
        {
            trouble = $"{unacked} messages were neither acknowledged nor given up when all was well again.";
        }

        return new RoundResult
        {
            Fault = fault.Name,
            Seconds = (ended - begun).TotalSeconds,
            Acked = counts.Acked,
            Refused = counts.Refused,
            GivenUp = counts.GivenUp,
            Deliveries = counts.Deliveries,
            Recoveries = counts.Recoveries,
            SessionsEnded = counts.Ended.Count,
            SilenceP50 = At(outages, 0.5),
            SilenceP99 = At(outages, 0.99),
            SilenceMax = At(outages, 1),
            AnySilenceMax = silences.Longest.TotalSeconds,
            FreshAfter = fresh?.TotalSeconds,
            Integrity = new Integrity(
                Count(OffenceKind.Lost), Count(OffenceKind.Repeated), Count(OffenceKind.Reordered), Count(OffenceKind.Misdirected),
                mayEnd ? 0 : counts.Ended.Count)
            {
                FirstDisconnect = mayEnd || counts.Ended.Count == 0 ? null : $"The session of {counts.Ended[0]}.",
            },
            Trouble = trouble,
            FirstOffence = offences.Count == 0 ? null : MessageLife.Tell(offences[0], model, log.Mentioning),
        };

        int Count(OffenceKind kind) => offences.Count(offence => offence.Kind == kind);
    });

    /// <summary>What a share of them does not exceed, seconds.</summary>
    private static double At(IReadOnlyList<TimeSpan> ordered, double share) =>
        ordered.Count == 0 ? 0 : ordered[Math.Clamp((int)Math.Ceiling(share * ordered.Count) - 1, 0, ordered.Count - 1)].TotalSeconds;
}
