using System.CommandLine;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>What a single scenario is run against.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string> _target = new("--target") { Description = $"what is started and measured: {string.Join(", ", PeerCatalog.Names)} [wscluster]" };
    private readonly Option<string[]> _urls = new("--url")
    {
        Description = "measures a WsCluster that runs already: ws://host:port/client/hubs/hub; several for several nodes (no CPU and memory then)",
    };

    private readonly Option<int> _batch = BatchOption.Create();

    public TargetOptions(Command command)
    {
        _target.DefaultValueFactory = _ => PeerCatalog.WsCluster.Name;
        _target.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && PeerCatalog.Find(token.Value) is null)
            {
                result.AddError($"--target is '{token.Value}'; it takes one of {string.Join(", ", PeerCatalog.Names)}.");
            }
        });
        _urls.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => Parse(token.Value) is null))
            {
                result.AddError($"--url is '{token.Value}'; it takes the address of a client endpoint: ws://host:port/client/hubs/hub.");
            }
        });
        command.Options.Add(_target);
        command.Options.Add(_urls);
        command.Options.Add(_batch);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_urls) is { Length: > 0 } && result.GetResult(_target) is { Implicit: false })
            {
                result.AddError("--url measures what runs already: leave out --target.");
            }
            else if (result.GetResult(_batch) is not null && result.GetValue(_target) != PeerCatalog.Sockets.Name)
            {
                result.AddError($"--batch goes with --target {PeerCatalog.Sockets.Name} only.");
            }
        });
    }

    /// <summary>The name in the report, and what makes the peer.</summary>
    /// <exception cref="PeerFailedException">The machine lacks something for it.</exception>
    public (string Name, Func<IPeer> Create) Read(ParseResult result, PeerOptions options)
    {
        if (result.GetValue(_urls) is { Length: > 0 } urls)
        {
            return ("running", () => new RunningPeer([.. urls.Select(url => Parse(url)!)]));
        }

        var kind = PeerCatalog.Find(result.GetValue(_target)!)!;
        if (kind.Missing() is { } missing)
        {
            throw new PeerFailedException(missing);
        }

        return (kind.Name, () => kind.Create(options with { Batch = result.GetValue(_batch) }));
    }

    private static Uri? Parse(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == "ws" ? parsed : null;
}
