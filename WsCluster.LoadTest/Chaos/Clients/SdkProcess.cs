using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>A Node.js process with clients of <c>@azure/web-pubsub-client</c>.</summary>
internal sealed class SdkProcess : IAsyncDisposable
{
    /// <summary>Clients of one process: the SDK is not to be the slowest part.</summary>
    public const int MaxClients = 25;

    private static readonly NpmFolder Npm = new("Chaos/Sdk");

    private readonly ConcurrentDictionary<int, SdkClient> _clients = [];
    private readonly ServerProcess _process;

    public SdkProcess(int number, Action<string, string> log)
    {
        var start = new ProcessStartInfo("node", [Npm.File("clients.mjs")]) { WorkingDirectory = Npm.FullName };
        CleanEnvironment.Apply(start);
        var name = $"sdk-{number}";
        _process = ServerProcess.Start(name, ProcessRole.Client, start, line =>
        {
            if (line.StartsWith('{'))
            {
                Handle(line);
            }
            else
            {
                log(name, line); // Not the script's: Node.js says something.
            }
        });
    }

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() =>
        ProgramFiles.Missing("node", "apt-get install nodejs npm") ?? Npm.Missing("@azure/web-pubsub-client/package.json");

    /// <summary>The end that nobody asked for; null while it runs.</summary>
    public string? Failure => _process.HasExited ? $"{_process.Name} ended. It wrote:\n{_process.LastLines}" : null;

    public void Start(SdkClient client, int number, Uri url, IReadOnlyList<string> groups)
    {
        _clients[number] = client;
        Tell(new { @do = "start", client = number, url = url.ToString(), groups });
    }

    public void Tell<T>(T command) => _process.WriteLine(JsonSerializer.Serialize(command));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private void Handle(string line)
    {
        using var document = JsonDocument.Parse(line);
        if (_clients.TryGetValue(document.RootElement.GetProperty("client").GetInt32(), out var client))
        {
            client.Handle(document.RootElement);
        }
    }
}
