using System.Diagnostics;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.AppHost;

/// <summary>What the script <c>./wscluster</c> says before it runs anything.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("", "a command is missing")]
    [InlineData("start", "there is no command 'start'")]
    [InlineData("up --node 3", "there is no option '--node'")]
    [InlineData("up --nodes", "--nodes takes a value")]
    [InlineData("up --port=", "--port takes a value")]
    [InlineData("up --aspires", "there is no option '--aspires'")]
    [InlineData("test one two", "one filter at most")]
    [InlineData("test --filter", "there is no option '--filter'")]
    public async Task Wrong_use_ends_with_code_2(string arguments, string message)
    {
        var (code, output, error) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_commands_and_options()
    {
        var (code, output, _) = await RunAsync("help");

        Assert.Equal(0, code);
        Assert.All(["up", "test", "help", "--nodes", "--port", "--node-port", "--redis", "--aspire", "--no-aspire"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");
        var start = new ProcessStartInfo(Path.GetFullPath(Path.Combine(TestPaths.Project, "..", "wscluster")), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
