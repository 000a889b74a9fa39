namespace WsCluster.LoadTest.Reports;

/// <summary>What a report was made by: enough to make it again.</summary>
/// <param name="Arguments">The tool's arguments, without where the report goes.</param>
/// <param name="Date">The day on which it was begun, UTC.</param>
internal sealed record ReportOrigin(string Arguments, DateOnly Date);
