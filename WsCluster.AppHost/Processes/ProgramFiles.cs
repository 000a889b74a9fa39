using System.Reflection;

namespace WsCluster.AppHost.Processes;

/// <summary>Where the build put the programs that the AppHost starts (written into this assembly by the project file).</summary>
internal static class ProgramFiles
{
    /// <summary>The path of a project's program.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public static string Find(string project)
    {
        var relative = typeof(ProgramFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == project)?.Value
            ?? throw new ArgumentException($"The AppHost's project file starts no {project}.", nameof(project));
        var path = Path.GetFullPath(relative, AppContext.BaseDirectory);
        return File.Exists(path) ? path : throw new IOException($"{project} is not at {path}. Build WsCluster.AppHost again: that builds it, too.");
    }

    /// <summary>The <c>dotnet</c> that runs this process, so that all run on the same one.</summary>
    public static string DotNet =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? path
            : "dotnet";
}
