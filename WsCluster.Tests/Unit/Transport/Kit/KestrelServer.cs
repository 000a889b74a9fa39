using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using WsCluster.Server;
using WsCluster.Server.Transport;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Transport.Kit;

/// <summary>Kestrel over the transport, with one event loop and one handler for all requests.</summary>
internal sealed class KestrelServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KestrelServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts it; skips the test where there is no epoll.</summary>
    public static async Task<KestrelServer> StartAsync(RequestDelegate handler, Action<ListenOptions>? configure = null, int eventLoops = 1)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The transport is over epoll, which only Linux has.");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, 0, endpoint => configure?.Invoke(endpoint));
        });
        builder.Services.AddSingleton(new NodeOptions { EventLoops = eventLoops });
        builder.Services.AddLogging();
        builder.Services.AddTransport();
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new KestrelServer(app);
    }

    /// <summary>A TCP connection to it.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, Address.Port, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Keeps the event loop from going on until the result is disposed: what happens meanwhile, it sees together.</summary>
    public async Task<IDisposable> HoldLoopAsync()
    {
        var release = new SemaphoreSlim(0);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _app.Services.GetRequiredService<EventLoops>().First.Post(() =>
        {
            held.SetResult();
            release.Wait();
        });
        await held.Task.Within("the event loop is held");
        return new Releaser(release);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync(); // No grace for connections that a test has left open.
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private sealed class Releaser(SemaphoreSlim release) : IDisposable
    {
        public void Dispose() => release.Release();
    }
}
