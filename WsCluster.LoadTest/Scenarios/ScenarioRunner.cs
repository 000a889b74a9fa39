using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>Starts a peer, runs a scenario against it, and stops it again: no run finds what another has left in its memory.</summary>
/// <param name="times">How long to run.</param>
/// <param name="overrides">Parameters that differ from the scenarios' defaults.</param>
/// <param name="progress">Told what goes on.</param>
internal sealed class ScenarioRunner(ScenarioTimes times, IReadOnlyDictionary<Parameter, int> overrides, IProgress<string> progress)
{
    /// <summary>Runs a scenario.</summary>
    /// <param name="scenario">What.</param>
    /// <param name="name">The peer's name in the report.</param>
    /// <param name="create">Makes the peer.</param>
    /// <param name="stop">Ends the run early; the peer is stopped then, too.</param>
    /// <returns>The result; null, and a reason, when the scenario does not suit the peer.</returns>
    public async Task<(ScenarioResult? Result, string? Unsuitable)> RunAsync(
        IScenario scenario, string name, Func<IPeer> create, CancellationToken stop)
    {
        await using var peer = create();
        if (scenario.Unsuitable(peer) is { } reason)
        {
            return (null, reason);
        }

        var prefix = new PrefixedProgress($"{scenario.Name} {name}  ", progress);
        prefix.Report("starting");
        await peer.StartAsync(stop);
        using var loop = new EventLoop(stop);
        var parameters = scenario.Defaults.ToDictionary(
            entry => entry.Key, entry => overrides.TryGetValue(entry.Key, out var value) ? value : entry.Value);
        var outcome = scenario.Run(new ScenarioRun(peer, loop, parameters, times, prefix));
        return (new ScenarioResult(
            scenario.Name, name, peer.Description, parameters.ToDictionary(entry => entry.Key.Name, entry => entry.Value), outcome), null);
    }

    private sealed class PrefixedProgress(string prefix, IProgress<string> inner) : IProgress<string>
    {
        public void Report(string value) => inner.Report(prefix + value);
    }
}
