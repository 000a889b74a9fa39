using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace WsCluster.ServiceDefaults.Hosting;

/// <summary>
/// Ends this process when the one that started it is gone, however it died. The parent (the AppHost's local way) keeps the child's
/// standard input open and never writes to it; end of file means that there is no parent any more. Works the same on every system,
/// and needs no polling.
/// </summary>
internal sealed class ParentWatch(IHostApplicationLifetime lifetime, IOptions<HostOptions> host) : IHostedService
{
    /// <summary>Beyond the host's own time to stop, which a node needs to drain; then the process ends anyway.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Watch) { IsBackground = true, Name = nameof(ParentWatch) }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Watch()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        while (input.Read(buffer) > 0)
        {
            // Nothing is expected here.
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return; // The parent closes its end while it stops us.
        }

        lifetime.StopApplication();
        Thread.Sleep(host.Value.ShutdownTimeout + Slack);
        Environment.Exit(1);
    }
}

internal static class ParentWatchExtensions
{
    /// <summary>Set to true by a parent that keeps standard input open.</summary>
    public const string ConfigurationKey = "WsCluster:ExitWithParent";

    public static void AddParentWatch(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<bool>(ConfigurationKey))
        {
            builder.Services.AddHostedService<ParentWatch>();
        }
    }
}
