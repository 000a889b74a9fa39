namespace WsCluster.LoadTest.Peers;

/// <summary>Finds programs: those of this repository by where this one was built, others in PATH.</summary>
internal static class ProgramFiles
{
    /// <summary>The dotnet that runs this program.</summary>
    public static string DotNet { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>This program.</summary>
    public static string Self { get; } = typeof(ProgramFiles).Assembly.Location;

    /// <summary>The program of another project of the repository, built with the configuration that this one was built with.</summary>
    public static string OfProject(string project)
    {
        var output = Path.GetDirectoryName(Self)!;
        var configuration = Path.GetFileName(Path.GetDirectoryName(output)!);
        return InRepository(project, "bin", configuration, Path.GetFileName(output), project + ".dll");
    }

    /// <summary>A folder of this project's sources.</summary>
    public static string SourceFolder(string relative) => InRepository(Path.GetFileNameWithoutExtension(Self), relative);

    /// <summary>A program in PATH, or where Debian puts servers; null if it is nowhere.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>Says how to install a program that is nowhere; null if it is there.</summary>
    public static string? Missing(string program, string command) => Find(program) is null ? $"{program} is not in PATH: {command}" : null;

    /// <summary>This program is in REPOSITORY/PROJECT/bin/CONFIGURATION/FRAMEWORK: its own project, or that of the tests.</summary>
    private static string InRepository(params string[] path) =>
        Path.GetFullPath(Path.Combine([Path.GetDirectoryName(Self)!, "..", "..", "..", "..", .. path]));
}
