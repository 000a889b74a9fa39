namespace WsCluster.Tests.Kit;

/// <summary>Finds the other projects' build output and this project's files from where the tests run.</summary>
internal static class TestPaths
{
    /// <summary>The folder of this project: the nearest one upwards that holds its project file.</summary>
    public static string Project { get; } = FindProject();

    /// <summary>The folder of the repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Project, ".."));

    /// <summary>The program of another project of the solution, built with the configuration that the tests were built with.</summary>
    public static string Program(string project)
    {
        // .../WsCluster.Tests/bin/<configuration>/<framework>/
        var relative = Path.GetRelativePath(Project, AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(Project, "..", project, relative, project + ".dll"));
    }

    /// <summary>The dotnet that runs the tests.</summary>
    public static string DotNet { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>A program in PATH, or null.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static string FindProject()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "WsCluster.Tests.csproj")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No WsCluster.Tests.csproj above {AppContext.BaseDirectory}: run the tests from their build output.");
    }
}
