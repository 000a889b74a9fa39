namespace WsCluster.LoadTest.Reports;

/// <summary>Writes a report's files.</summary>
internal static class ReportFolder
{
    /// <summary>Writes them into a folder; nothing without one.</summary>
    public static async Task WriteAsync(DirectoryInfo? folder, Report report)
    {
        if (folder is not null)
        {
            folder.Create();
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "report.md"), report.ToMarkdown());
        }
    }
}
