namespace WsCluster.Tests.Kit;

/// <summary>
/// A bystander: one client sends numbers to a group, another receives them, while the test does something that must not disturb
/// them. Every send must be acked, every number must arrive, in order.
/// </summary>
public sealed class Traffic : IAsyncDisposable
{
    /// <summary>Messages there are at least: what a short disturbance has broken must show, too.</summary>
    private const int Least = 50;

    private readonly TestClient _sender;
    private readonly TestClient _receiver;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _sending;

    private Traffic(TestClient sender, TestClient receiver, string group)
    {
        _sender = sender;
        _receiver = receiver;
        _sending = SendAsync(group);
    }

    /// <summary>Starts the traffic.</summary>
    public static async Task<Traffic> StartAsync(TestClient sender, TestClient receiver, string group = "bystanders")
    {
        await receiver.JoinAsync(group).Succeeds();
        return new Traffic(sender, receiver, group);
    }

    /// <summary>Stops it and checks that nothing was disturbed.</summary>
    /// <returns>How many messages there were.</returns>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        var sent = await _sending;
        var received = await _receiver.Messages.WaitForCountAsync(sent);
        Assert.Equal(Enumerable.Range(1, sent), received.Select(message => message.Data.GetInt32()));
        Assert.True(_sender.IsOpen && _receiver.IsOpen, "Bystanders stay connected.");
        return sent;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<int> SendAsync(string group)
    {
        var sent = 0;
        do
        {
            await _sender.SendToGroupAsync(group, sent + 1).Succeeds();
            sent++;
            await Task.Delay(TimeSpan.FromMilliseconds(10), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!_stop.IsCancellationRequested || sent < Least);

        return sent;
    }
}
