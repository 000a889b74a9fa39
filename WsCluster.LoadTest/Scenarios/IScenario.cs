using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>A load, and what is measured under it.</summary>
internal interface IScenario
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    string Summary { get; }

    /// <summary>The parameters that shape it, with their defaults.</summary>
    IReadOnlyDictionary<Parameter, int> Defaults { get; }

    /// <summary>What people look at first.</summary>
    Metric Headline { get; }

    /// <summary>Why it can't be done with a peer; null if it can.</summary>
    string? Unsuitable(IPeer peer) => peer.Protocol is NoProtocol ? "it takes no WebSocket clients" : null;

    /// <summary>Puts the load on a peer that runs. Everything happens on the calling thread.</summary>
    ScenarioOutcome Run(ScenarioRun run);
}
