using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.Reports;

/// <summary>Everything that was measured in one run of the tool.</summary>
/// <param name="Origin">What it was made by.</param>
/// <param name="Results">All results, in the order of the runs.</param>
/// <param name="Absent">What could not be measured, and why.</param>
internal sealed record Report(ReportOrigin Origin, IReadOnlyList<ScenarioResult> Results, IReadOnlyList<string> Absent);
