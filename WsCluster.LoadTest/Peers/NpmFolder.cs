namespace WsCluster.LoadTest.Peers;

/// <summary>A folder of this project's sources with a peer's script and the npm packages that it needs, which <c>npm ci</c> puts there.</summary>
/// <param name="folder">Relative to the project.</param>
internal sealed class NpmFolder(string folder)
{
    /// <summary>The folder of the sources.</summary>
    public string FullName { get; } = ProgramFiles.SourceFolder(folder);

    /// <summary>A file of the folder.</summary>
    public string File(string name) => Path.Combine(FullName, name);

    /// <summary>A file of an installed package.</summary>
    public string PackageFile(string name) => Path.Combine(FullName, "node_modules", name);

    /// <summary>Says how to get a file of a package that is not there; null if it is.</summary>
    public string? Missing(string name) => System.IO.File.Exists(PackageFile(name))
        ? null
        : $"the npm packages of WsCluster.LoadTest/{folder} are not installed: npm ci --prefix WsCluster.LoadTest/{folder}";
}
