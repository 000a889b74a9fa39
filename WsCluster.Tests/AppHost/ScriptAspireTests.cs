using System.Diagnostics;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.AppHost;

/// <summary>How <c>./wscluster</c> decides about Aspire. A script stands in for dotnet: the real one would ask the package feed.</summary>
public sealed class ScriptAspireTests : IDisposable
{
    private readonly StandInPrograms _programs = new();

    [Theory]
    [InlineData("true", true)]
    [InlineData("echo 'error NU1101: Unable to find package Aspire.Hosting.Redis.'; false", false)]
    [InlineData("echo 'error NU1102: Unable to find package Aspire.Hosting.Redis with version (= 13.4.6)'; false", false)]
    [InlineData("echo 'error :   Unable to find package Aspire.AppHost.Sdk. No packages exist with this id'; false", false)]
    public async Task Feed_is_asked_once_and_its_answer_remembered(string restore, bool aspire)
    {
        Prepare(restore);

        var (code, output) = await RunAsync("up");
        Assert.Equal(0, code);
        Assert.Contains(aspire ? "With Aspire, since" : "Without Aspire, since", output, StringComparison.Ordinal);
        Assert.Contains(aspire ? "[true] run --project" : "[false] " + _programs.Folder, output, StringComparison.Ordinal);
        Assert.Equal(aspire ? "true" : "false", (await File.ReadAllTextAsync(Remembered, TestContext.Current.CancellationToken)).Trim());

        Prepare("echo 'asked again'; false");
        (code, output) = await RunAsync("up");
        Assert.Equal(0, code);
        Assert.Contains("as .use-aspire remembers", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 'error NU1301: Unable to load the service index for Aspire.AppHost.Sdk'; false", "does not answer")]
    [InlineData("echo 'error NU1101: Unable to find package Other.'; false", "cannot be restored")]
    public async Task Other_trouble_is_told_and_not_remembered(string restore, string message)
    {
        Prepare(restore);

        var (code, output) = await RunAsync("up");

        Assert.Equal(1, code);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.False(File.Exists(Remembered));
    }

    [Fact]
    public async Task Option_beats_variable_and_variable_beats_what_is_remembered()
    {
        Prepare("false");
        await File.WriteAllTextAsync(Remembered, "true\n", TestContext.Current.CancellationToken);

        Assert.Contains("Without Aspire, as the variable", (await RunAsync("up", useAspire: "false")).Output, StringComparison.Ordinal);
        Assert.Contains("With Aspire, as the option", (await RunAsync("up --aspire", useAspire: "false")).Output, StringComparison.Ordinal);
        Assert.Contains("Without Aspire, as the option", (await RunAsync("up --no-aspire")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("up", useAspire: "perhaps")).Code);
    }

    public void Dispose() => _programs.Dispose();

    private string Remembered => Path.Combine(_programs.Folder, ".use-aspire");

    private void Prepare(string restore)
    {
        _programs.Write("dotnet", $$"""
            case "$1" in
              --list-sdks) echo "10.0.100 [/sdk]" ;;
              restore) {{restore}} ;;
              *) echo "[$UseAspire] $*" ;;
            esac
            """);
        File.Copy(Path.GetFullPath(Path.Combine(TestPaths.Project, "..", "wscluster")), Path.Combine(_programs.Folder, "wscluster"), overwrite: true);
    }

    private async Task<(int Code, string Output)> RunAsync(string arguments, string? useAspire = null)
    {
        var start = new ProcessStartInfo(Path.Combine(_programs.Folder, "wscluster"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_programs.Folder}:{start.Environment["PATH"]}";
        start.Environment["UseAspire"] = useAspire;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
