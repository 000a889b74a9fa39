using WsCluster.AppHost.Topology;

namespace WsCluster.AppHost.Processes;

/// <summary>A process of the cluster, over as many starts as it takes.</summary>
internal sealed class SupervisedProcess(ProcessPlan plan, bool restart, ReadinessProbe probe, Terminal terminal, TimeProvider time) : IDisposable
{
    /// <summary>
    /// In a terminal Ctrl-C reaches all processes at once, and the end of a child may be noticed before the AppHost's own signal.
    /// For so long an end may still turn out to be part of that.
    /// </summary>
    private static readonly TimeSpan SignalLag = TimeSpan.FromMilliseconds(300);

    private ChildProcess _current = ChildProcess.Start(plan, terminal);

    public string Name => plan.Name;

    /// <summary>Why it isn't ready.</summary>
    public string Missing { get; private set; } = "does not listen yet";

    /// <summary>How the process that runs now ends.</summary>
    public Task<ExitStatus> Exited => _current.Exited;

    public Task WaitReadyAsync(CancellationToken cancellationToken) =>
        probe.WaitAsync(plan.Address, missing => Missing = missing, cancellationToken);

    /// <summary>Reports the end of the process and, if asked to, starts it again; returns when <paramref name="stop"/> is cancelled.</summary>
    public async Task KeepAsync(CancellationToken stop)
    {
        var delays = new RestartDelay(time);
        while (true)
        {
            delays.Started();
            var status = await _current.Exited.WaitAsync(stop);
            await Task.Delay(SignalLag, time, stop);
            if (!restart || status.IsInvalidConfiguration)
            {
                terminal.Report($"{Name} (process {_current.Id}) {status}. It is not started again{(restart ? "" : " (Cluster:Restart is false)")}.");
                await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
            }

            var delay = delays.Next();
            terminal.Report($"{Name} (process {_current.Id}) {status}. It is started again in {delay.TotalSeconds} s.");
            await Task.Delay(delay, time, stop);
            _current.Dispose();
            _current = ChildProcess.Start(plan, terminal);
            await ReportReadyAsync(stop);
        }
    }

    public void RequestStop() => _current.RequestStop();

    public void Kill() => _current.Kill();

    public void Dispose() => _current.Dispose();

    private async Task ReportReadyAsync(CancellationToken stop)
    {
        using var died = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ready = WaitReadyAsync(died.Token);
        if (await Task.WhenAny(ready, _current.Exited) == ready)
        {
            await ready;
            terminal.Report($"{Name} (process {_current.Id}) is ready again.");
            return;
        }

        await died.CancelAsync();
        await ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
