using WsCluster.LoadTest.Peers;

namespace WsCluster.Tests.LoadTest;

/// <summary>What the tool says about a peer's npm packages.</summary>
public sealed class NpmFolderTests
{
    [Theory]
    [InlineData("Peers/SocketIo")]
    [InlineData("Peers/Deno")]
    [InlineData("Chaos/Sdk")]
    public void Names_the_command_that_installs_what_is_missing(string folder)
    {
        var npm = new NpmFolder(folder);
        Assert.True(File.Exists(npm.File("package-lock.json")));
        Assert.EndsWith($": npm ci --prefix WsCluster.LoadTest/{folder}", npm.Missing("not-there/package.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_files_name_no_registry() => Assert.All(
        Directory.GetFiles(Path.Combine(Kit.TestPaths.Repository, "WsCluster.LoadTest"), "package-lock.json", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 2,
        }),
        file => Assert.DoesNotContain("\"resolved\"", File.ReadAllText(file), StringComparison.Ordinal));
}
