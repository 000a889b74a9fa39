using System.CommandLine;
using WsCluster.LoadTest.Chaos;
using WsCluster.LoadTest.Chaos.Faults;
using WsCluster.LoadTest.Chaos.Servers;
using WsCluster.LoadTest.Reports;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Options of <c>chaos</c>.</summary>
internal sealed class ChaosOptionSet
{
    private readonly Option<string> _faults = NameList.Option("--fault", FaultCatalog.All.Select(fault => fault.Name));
    private readonly Option<double> _seconds = Number("--seconds", "seconds after which no round begins any more [300]", 300.0, 1, 604_800);
    private readonly Option<int> _rounds = Number("--rounds", "most rounds, one fault each; 0: as many as the seconds allow [0]", 0, 0, 1_000_000);
    private readonly Option<int?> _seed = NumberOption.Create<int?>("--seed", "gives the same faults, senders and targets again [random]", 0, int.MaxValue);
    private readonly Option<int> _clients = Number("--clients", "clients in all [200]", 200, 2, 5_000);
    private readonly Option<int> _sdkClients = Number("--sdk-clients", "how many of them are @azure/web-pubsub-client on Node.js [20]", 20, 0, 1_000);
    private readonly Option<int> _groups = Number("--groups", "groups; each client is in three of them [20]", 20, 1, 1_000);
    private readonly Option<int> _rate = Number("--rate", "messages per second, from all clients together [500]", 500, 1, 50_000);
    private readonly Option<double> _calm = Number("--calm", "seconds of traffic before each fault, and after it once all is well again [2]", 2.0, 0, 3_600);
    private readonly Option<int> _nodes = Number("--nodes", "nodes of the cluster [3]", 3, 2, 5);
    private readonly Option<string> _redis = new("--redis") { Description = "redis or garnet [redis]", DefaultValueFactory = _ => "redis" };
    private readonly Option<int> _port = Number(
        "--port", $"first of {ChaosCluster.PortCount} ports on loopback for what is started [7500]", 7500, 1024, ushort.MaxValue - ChaosCluster.PortCount);

    private readonly Option<DirectoryInfo?> _out = new("--out") { Description = "folder for report.md, report.json and, after a failure, servers.log; made if it isn't there" };

    public ChaosOptionSet(Command command)
    {
        _redis.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not ("redis" or "garnet"))
            {
                result.AddError($"--redis is '{token.Value}'; it takes redis or garnet.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(_sdkClients) is var sdk && result.GetValue(_clients) is var all && sdk > all)
            {
                result.AddError($"--sdk-clients is {sdk}, more than all clients: --clients is {all}.");
            }
        });
        foreach (var option in new Option[] { _faults, _seconds, _rounds, _seed, _clients, _sdkClients, _groups, _rate, _calm, _nodes, _redis, _port, _out })
        {
            command.Options.Add(option);
        }
    }

    public ChaosOptions Read(ParseResult result) => new()
    {
        Port = result.GetValue(_port),
        Nodes = result.GetValue(_nodes),
        Redis = result.GetValue(_redis) == "garnet" ? RedisKind.Garnet : RedisKind.Redis,
        Clients = result.GetValue(_clients),
        SdkClients = result.GetValue(_sdkClients),
        Groups = result.GetValue(_groups),
        Rate = result.GetValue(_rate),
        Seed = result.GetValue(_seed) ?? Random.Shared.Next(),
        Duration = TimeSpan.FromSeconds(result.GetValue(_seconds)),
        Rounds = result.GetValue(_rounds),
        Calm = TimeSpan.FromSeconds(result.GetValue(_calm)),
    };

    /// <summary>What may happen.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="isExplicit">Whether somebody asked for just these.</param>
    public IReadOnlyList<IFault> Faults(ParseResult result, out bool isExplicit)
    {
        isExplicit = result.GetResult(_faults) is { Implicit: false };
        return NameList.Choose(result.GetValue(_faults)!, FaultCatalog.All, fault => fault.Name);
    }

    public DirectoryInfo? Out(ParseResult result) => result.GetValue(_out);

    /// <inheritdoc cref="CommonOptions.Origin(ParseResult)"/>
    public ReportOrigin Origin(ParseResult result) => CommonOptions.Origin(result, _out);

    private static Option<T> Number<T>(string name, string description, T value, double min, double max)
    {
        var option = NumberOption.Create<T>(name, description, min, max);
        option.DefaultValueFactory = _ => value;
        return option;
    }
}
