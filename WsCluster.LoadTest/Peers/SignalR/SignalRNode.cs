using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WsCluster.LoadTest.Peers.SignalR;

/// <summary>One node of SignalR with the Redis backplane, as its documentation sets it up; runs in a process of its own.</summary>
internal static class SignalRNode
{
    /// <summary>Path of the hub.</summary>
    public const string Path = "/hub";

    /// <summary>Runs until the process is stopped.</summary>
    /// <param name="url">Where to listen.</param>
    /// <param name="redis">Connection string of the backplane.</param>
    /// <param name="stop">Stops it.</param>
    public static async Task RunAsync(string url, string redis, CancellationToken stop)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddHealthChecks();
        builder.Services.AddSignalR().AddStackExchangeRedis(redis);
        await using var app = builder.Build();
        app.Urls.Add(url);
        app.MapHealthChecks("/health");
        app.MapHub<LoadHub>(Path);
        await app.StartAsync(stop);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
    }
}
