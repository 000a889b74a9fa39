using System.Diagnostics;
using System.Text.RegularExpressions;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Docs;

/// <summary>What <c>./wscluster help</c> and the pages say about its commands and flags.</summary>
public sealed partial class ScriptFlagTests
{
    [Fact]
    public async Task Pages_use_commands_and_flags_that_the_help_knows()
    {
        var help = await ReadHelpAsync();
        var known = Flag().Matches(help).Select(match => match.Value).ToHashSet();
        var used = MarkdownPage.Names.Select(MarkdownPage.Read)
            .SelectMany(page => page.CodeBlocks.Where(block => block.Language == "bash").SelectMany(block => block.Lines).Concat(page.CodeSpans))
            .ToArray();
        var calls = used.Where(code => code.Contains("./wscluster", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(calls);
        Assert.Subset(known, calls.Concat(used.Where(code => code.StartsWith("--", StringComparison.Ordinal))).SelectMany(code => Flag().Matches(code)).Select(match => match.Value).ToHashSet());
        Assert.All(calls.SelectMany(code => Command().Matches(code)), call => Assert.Matches($@"(?m)^  {call.Groups[1].Value}\b", help));
    }

    [Fact]
    public async Task Flags_of_the_help_are_documented_with_the_same_defaults()
    {
        var help = await ReadHelpAsync();
        var table = Assert.Single(MarkdownPage.Read("docs/configuration.md").Tables, table => table.Columns.Contains("flag"));
        var options = table.Rows.ToDictionary(row => MarkdownTable.Code(row["flag"])!);
        var flags = HelpLine().Matches(help).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

        Assert.Superset(options.Keys.ToHashSet(), flags.Keys.ToHashSet());
        Assert.Subset(options.Keys.Concat(MarkdownPage.Read("README.md").CodeSpans).ToHashSet(), flags.Keys.ToHashSet());
        Assert.All(options, option => Assert.Contains(MarkdownTable.Code(option.Value["environment variable"])!, help, StringComparison.Ordinal));
        Assert.All(options.Where(option => option.Value["unit"] != "boolean"), option =>
            Assert.Equal((option.Key, MarkdownTable.Code(option.Value["default"])), (option.Key, flags[option.Key])));
    }

    private static async Task<string> ReadHelpAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(TestPaths.Repository, "wscluster"), "help") { RedirectStandardOutput = true })!;
        var help = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return help;
    }

    [GeneratedRegex("(?<![a-z-])--[a-z][a-z-]+")]
    private static partial Regex Flag();

    [GeneratedRegex(@"\./wscluster ([a-z]+)")]
    private static partial Regex Command();

    /// <summary>A line of a flag, and the default at its end in parentheses.</summary>
    [GeneratedRegex(@"(?m)^\s+(--[a-z-]+)[^\n]*?(?:\(([^()\s]+)\))?$")]
    private static partial Regex HelpLine();
}
