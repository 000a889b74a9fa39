namespace WsCluster.LoadTest.Reports;

/// <summary>Writes a report's files.</summary>
internal static class ReportFolder
{
    /// <summary>Writes them into a folder; nothing without one.</summary>
    public static async Task WriteAsync(DirectoryInfo? folder, Report report)
    {
        if (folder is null)
        {
            return;
        }

        folder.Create();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "report.md"), report.ToMarkdown());
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "report.json"), report.ToJson());
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "chart.svg"), report.ToSvg());
    }
}
