using WsCluster.AppHost.Configuration;
using WsCluster.AppHost.Redis;
using WsCluster.AppHost.Topology;
using WsCluster.ServiceDefaults;

namespace WsCluster.AppHost.Processes;

/// <summary>Runs the cluster as child processes of this one: starts them, keeps them, stops them.</summary>
internal sealed class LocalCluster(ClusterTopology topology, Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly long _begin = time.GetTimestamp();

    /// <summary>Runs until a signal comes.</summary>
    /// <exception cref="IOException">The cluster could not be started.</exception>
    /// <exception cref="InvalidConfigurationException">An option is wrong.</exception>
    public async Task RunAsync(StopSignals signals)
    {
        var options = topology.Options;
        if (options.Redis == RedisSource.Container)
        {
            throw new InvalidConfigurationException(
                "Cluster:Redis is 'container', which the Aspire way alone can start (UseAspire=true, docs/aspire.md). Without Aspire the option takes " +
                "'embedded' or HOST:PORT.");
        }

        PortCheck.EnsureFree(topology.Plan(redisConnectionString: ""));
        using var redis = options.Redis == RedisSource.External ? null : EmbeddedRedis.Start();
        var plans = topology.Plan(redis?.ConnectionString ?? options.RedisConnectionString!);
        terminal.Report($"Starting the proxy and {options.Nodes} {(options.Nodes == 1 ? "node" : "nodes")}.");

        using var probe = new ReadinessProbe(time);
        List<SupervisedProcess> processes = [];
        try
        {
            foreach (var plan in plans)
            {
                processes.Add(new SupervisedProcess(plan, options.Restart, probe, terminal, time));
            }

            await WaitReadyAsync(processes, signals.Stop);
            terminal.Write(ClusterSummary.Describe(topology, plans, redis, time.GetElapsedTime(_begin)));
            await Task.WhenAll(processes.Select(process => process.KeepAsync(signals.Stop)));
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            terminal.Report("Stopping. A second Ctrl-C ends everything without waiting.");
        }
        finally
        {
            await StopAsync(processes, signals.Hurry);
            processes.ForEach(process => process.Dispose());
        }
    }

    /// <summary>Waits for all to be ready; one that ends meanwhile ends the start of the cluster.</summary>
    private async Task WaitReadyAsync(List<SupervisedProcess> processes, CancellationToken stop)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ready = processes.ToDictionary(process => process, process => process.WaitReadyAsync(failed.Token));
        var allReady = Task.WhenAll(ready.Values);
        var firstExit = Task.WhenAny(processes.Select(process => process.Exited));
        while (!allReady.IsCompleted)
        {
            using var waited = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var first = await Task.WhenAny(allReady, firstExit, Task.Delay(ReportInterval, time, waited.Token));
            await waited.CancelAsync();
            if (first == firstExit)
            {
                await failed.CancelAsync();
                await allReady.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.ThrowIfCancellationRequested();
                throw await DescribeFailureAsync(processes.First(process => process.Exited.IsCompleted));
            }

            if (first != allReady && !stop.IsCancellationRequested)
            {
                var waiting = ready.Where(entry => !entry.Value.IsCompleted).Select(entry => $"{entry.Key.Name} ({entry.Key.Missing})");
                terminal.Report($"Waiting for {string.Join(", ", waiting)}.");
            }
        }

        await allReady;
    }

    private static async Task<Exception> DescribeFailureAsync(SupervisedProcess process)
    {
        var status = await process.Exited;
        return status.IsInvalidConfiguration
            ? new InvalidConfigurationException($"{process.Name} does not take its options; its own message is above.")
            : new IOException($"{process.Name} {status} before it was ready; its own lines above say why.");
    }

    private async Task StopAsync(List<SupervisedProcess> processes, CancellationToken hurry)
    {
        processes.ForEach(process => process.RequestStop());
        var exited = Task.WhenAll(processes.Select(process => process.Exited));
        await Task.WhenAny(exited, Task.Delay(topology.StopTime, time, hurry));

        foreach (var process in processes.Where(process => !process.Exited.IsCompleted))
        {
            terminal.Report($"{process.Name} did not stop in time and is killed.");
            process.Kill();
        }

        await exited;
    }
}
