using System.CommandLine;
using WsCluster.LoadTest.Peers;
using WsCluster.LoadTest.Reports;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Options that scenarios and <c>compare</c> share.</summary>
internal sealed class CommonOptions
{
    private readonly Option<int> _nodes = NumberOption.Create<int>("--nodes", "nodes of a cluster that is started [3]", 1, PeerOptions.MaxNodes);
    private readonly Option<int> _port = NumberOption.Create<int>(
        "--port", $"first of {PeerOptions.PortCount} ports on loopback for what is started [7500]", 1024, ushort.MaxValue - PeerOptions.PortCount);
    private readonly Option<double> _seconds = NumberOption.Create<double>("--seconds", "how long is measured [10]", 1, 86_400);
    private readonly Option<double> _warmUp = NumberOption.Create<double>("--warm-up", "seconds of load before that, not measured: code is compiled [10]", 0, 3_600);
    private readonly Option<double> _settle = NumberOption.Create<double>("--settle", "seconds before memory is read (idle) [5]", 0, 3_600);
    private readonly Option<DirectoryInfo?> _out = new("--out") { Description = "folder for report.md, report.json and chart.svg; made if it isn't there" };

    public CommonOptions(Command command)
    {
        _nodes.DefaultValueFactory = _ => 3;
        _port.DefaultValueFactory = _ => 7500;
        _seconds.DefaultValueFactory = _ => 10;
        _warmUp.DefaultValueFactory = _ => 10;
        _settle.DefaultValueFactory = _ => 5;
        foreach (var option in new Option[] { _nodes, _port, _seconds, _warmUp, _settle, _out })
        {
            command.Options.Add(option);
        }
    }

    public PeerOptions Peer(ParseResult result) => new(result.GetValue(_port), result.GetValue(_nodes));

    public ScenarioTimes Times(ParseResult result) => new(
        TimeSpan.FromSeconds(result.GetValue(_warmUp)),
        TimeSpan.FromSeconds(result.GetValue(_seconds)),
        TimeSpan.FromSeconds(result.GetValue(_settle)));

    public DirectoryInfo? Out(ParseResult result) => result.GetValue(_out);

    /// <summary>What a report says about how it was made: the arguments but for <c>--out</c>, which is of this machine.</summary>
    public ReportOrigin Origin(ParseResult result) => Origin(result, _out);

    /// <summary>The same for another command.</summary>
    public static ReportOrigin Origin(ParseResult result, Option<DirectoryInfo?> folder)
    {
        var outTokens = result.GetResult(folder) is { IdentifierToken: { } name } given ? given.Tokens.Prepend(name).ToHashSet() : [];
        return new ReportOrigin(
            string.Join(' ', result.Tokens.Where(token => !outTokens.Contains(token)).Select(token => token.Value)), DateOnly.FromDateTime(DateTime.UtcNow));
    }
}
