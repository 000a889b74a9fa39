namespace WsCluster.Tests.Kit;

/// <summary>Shell scripts that stand in for programs that a machine may lack, in a folder that ends with the test.</summary>
internal sealed class StandInPrograms : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wscluster-");

    /// <summary>The folder that they are in, for PATH.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Writes a script.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string script)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The program that stands in is a shell script.");
            return name;
        }

        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
