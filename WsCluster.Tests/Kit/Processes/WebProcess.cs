using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace WsCluster.Tests.Kit;

/// <summary>A process of ours with an HTTP endpoint on a port that the system chose: a node or a proxy.</summary>
public abstract partial class WebProcess : ChildProcess
{
    /// <summary>One client for all: what is asked here is asked of many short-lived processes.</summary>
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    private Uri? _address;

    /// <summary>Starts the program of a project.</summary>
    protected WebProcess(string name, string project, IReadOnlyDictionary<string, string> environment)
        : base(name, CreateStart(project, environment))
    {
    }

    /// <summary>The address it listens on; known after <see cref="WaitForAddressAsync"/>.</summary>
    public Uri Address => _address ?? throw new InvalidOperationException($"{Name} does not listen yet.");

    /// <summary>Waits until the process listens, and reads its address from its log.</summary>
    public async Task WaitForAddressAsync()
    {
        await Eventually.True(
            () =>
            {
                if (HasExited)
                {
                    Assert.Fail($"{Name} exited instead of listening:\n{string.Join('\n', Log.From(0))}");
                }

                var match = Log.From(0).Select(line => Listening().Match(line)).FirstOrDefault(match => match.Success);
                _address = match is null ? null : new Uri(match.Groups[1].Value);
                return _address is not null;
            },
            $"{Name} listens",
            TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits until <c>/health</c> answers 200.</summary>
    public async Task WaitForHealthAsync()
    {
        await WaitForAddressAsync();
        await Eventually.True(async () => await GetStatusAsync("/health") == HttpStatusCode.OK, $"{Name} is healthy", TimeSpan.FromSeconds(60));
    }

    /// <summary>GET, whatever the status.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(Address, path), TestContext.Current.CancellationToken);

    /// <summary>GET, with the answer's body still to come.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request)
    {
        request.RequestUri = new Uri(Address, request.RequestUri!);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>The status of a GET.</summary>
    public async Task<HttpStatusCode> GetStatusAsync(string path)
    {
        using var response = await GetAsync(path);
        return response.StatusCode;
    }

    private static ProcessStartInfo CreateStart(string project, IReadOnlyDictionary<string, string> environment)
    {
        var program = TestPaths.Program(project);
        Assert.True(File.Exists(program), $"{program} is not built.");
        var start = new ProcessStartInfo(TestPaths.DotNet) { ArgumentList = { program }, WorkingDirectory = Path.GetDirectoryName(program) };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["WsCluster__ExitWithParent"] = "true";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Settings of the shell that runs the tests must not reach the processes under test.</summary>
    private static bool IsForeign(string name) =>
        name.StartsWith("WsCluster", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"Now listening on: (http://[^\s""]+)")]
    private static partial Regex Listening();
}
