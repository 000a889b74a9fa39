using System.Runtime.InteropServices;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Cluster;

internal sealed partial class NodeLifetime
{
    /// <summary>A heartbeat that was made before the drain must not be entered after it.</summary>
    private readonly SemaphoreSlim _registering = new(1, 1);

    /// <summary>
    /// Drains. The host calls this before it stops anything, whoever asked it to stop: meanwhile the node listens, answers that it takes no
    /// clients, and renews its lease.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Whoever presses Ctrl-C again is waiting. SIGTERM, which a wrapper may send once more, says the same thing twice.
        using var again = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            drain.Hurry();
        });

        status.Drain();
        await SayDrainingAsync();
        await drain.RunAsync();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Tells the registry, and with it every proxy, before the first client is closed.</summary>
    private async Task SayDrainingAsync()
    {
        await _registering.WaitAsync();
        try
        {
            if (_registeredInbox is not null)
            {
                var sent = time.GetTimestamp();
                var (held, snapshot) = await registry.RenewAsync(Record());
                if (held)
                {
                    view.Current = snapshot;
                    Renewed(sent);
                }

                await registry.AnnounceAsync();
            }
        }
        catch (Exception exception) when (exception.IsRedisFailure())
        {
            Log.CannotRenew(logger, exception.GetType().Name);
        }
        finally
        {
            _registering.Release();
        }
    }
}
