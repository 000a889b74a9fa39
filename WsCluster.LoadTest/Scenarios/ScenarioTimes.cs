namespace WsCluster.LoadTest.Scenarios;

/// <summary>How long a scenario runs.</summary>
/// <param name="WarmUp">Load that is not measured: code is compiled, buffers grow.</param>
/// <param name="Duration">Load that is.</param>
/// <param name="Settle">How long memory is given to settle before it is read.</param>
internal sealed record ScenarioTimes(TimeSpan WarmUp, TimeSpan Duration, TimeSpan Settle);
