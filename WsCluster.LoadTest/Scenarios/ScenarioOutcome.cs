using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>What a scenario measured.</summary>
/// <param name="Figures">The figures, most telling first.</param>
/// <param name="Integrity">What was wrong with the deliveries.</param>
internal sealed record ScenarioOutcome(IReadOnlyList<Figure> Figures, Integrity Integrity);
