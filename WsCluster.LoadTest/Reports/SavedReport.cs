namespace WsCluster.LoadTest.Reports;

/// <summary>A report as it is written to and read from JSON.</summary>
/// <param name="Arguments">What it was made by: the tool's arguments.</param>
/// <param name="Date">When.</param>
/// <param name="Absent">What could not be measured, and why.</param>
/// <param name="Runs">All runs, in their order.</param>
internal sealed record SavedReport(string Arguments, DateOnly Date, IReadOnlyList<string> Absent, IReadOnlyList<SavedRun> Runs)
{
    public static SavedReport Of(Report report) =>
        new(report.Origin.Arguments, report.Origin.Date, report.Absent, [.. report.Results.Select(SavedRun.Of)]);

    public Report ToReport() => new(new ReportOrigin(Arguments, Date), [.. Runs.Select(run => run.ToResult())], Absent);
}
