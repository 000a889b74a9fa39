using System.Diagnostics;
using WsCluster.LoadTest.Chaos.Clients;
using WsCluster.LoadTest.Chaos.Faults;
using WsCluster.LoadTest.Chaos.Rounds;
using WsCluster.LoadTest.Chaos.Servers;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos;

/// <summary>Starts a cluster and its clients, does faults to it in rounds, and stops everything again.</summary>
/// <param name="options">How.</param>
/// <param name="progress">Told what goes on.</param>
internal sealed class ChaosRun(ChaosOptions options, IProgress<string> progress)
{
    private const string Hub = "chaos";

    private readonly Journal _journal = new();

    /// <summary>What is run.</summary>
    public string Description =>
        $"WsCluster {FileVersionInfo.GetVersionInfo(ProgramFiles.OfProject("WsCluster.Server")).ProductVersion}, {options.Nodes} nodes, "
        + $"{(options.Redis == RedisKind.Redis ? "redis-server" : "Garnet")}, a proxy, {options.Clients} clients ({options.SdkClients} of them the npm SDK), "
        + $"{options.Groups} groups, {options.Rate} messages/s";

    /// <summary>Runs.</summary>
    /// <param name="faults">What may happen.</param>
    /// <param name="finished">Told each round's result. It is the last one when something was wrong: the cluster may not be what it should be.</param>
    /// <param name="stop">Ends it early; everything is stopped then, too.</param>
    public async Task RunAsync(IReadOnlyList<IFault> faults, Func<RoundResult, LogBook, Task> finished, CancellationToken stop)
    {
        var log = new LogBook(_journal);
        await using var cluster = new ChaosCluster(options, log);
        progress.Report("starting the cluster");
        await cluster.StartAsync(stop);

        string[] groups = [.. Enumerable.Range(0, options.Groups).Select(number => $"g{number}")];
        progress.Report("connecting the clients");
        await using var clients = new ClientPool(options, groups, user => HubUrl(cluster, user), _journal, log.Add);
        await clients.WaitUntilReadyAsync(_journal, stop);

        var context = new FaultContext(cluster, new Random(options.Seed), (user, joined) => HubUrl(cluster, user, joined), groups);
        var traffic = new Traffic(clients.All, groups, options.Rate, _journal, new Random(options.Seed));
        var schedule = new FaultSchedule(faults, new Random(options.Seed));
        var watch = Stopwatch.StartNew();
        for (var round = 0; (options.Rounds == 0 || round < options.Rounds) && (round == 0 || watch.Elapsed < options.Duration); round++)
        {
            var result = await new Round(schedule.Next(), context, clients, traffic, _journal, log, options.Calm).RunAsync(progress, stop);
            await finished(result, log);
            if (!result.IsClean)
            {
                return;
            }
        }
    }

    private static Uri HubUrl(ChaosCluster cluster, string user, params string[] groups)
    {
        var authority = $"127.0.0.1:{cluster.ProxyPort}";
        var token = AccessToken.Create(cluster.AccessKey, $"http://{authority}/client/hubs/{Hub}", user, groups);
        return new Uri($"ws://{authority}/client/hubs/{Hub}?access_token={token}");
    }
}
