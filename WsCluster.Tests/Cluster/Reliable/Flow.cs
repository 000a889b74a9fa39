using System.Globalization;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Reliable;

/// <summary>Numbers that one client sends to group g, several at a time, while a test disturbs the cluster.</summary>
internal sealed class Flow : IAsyncDisposable
{
    private const int AtOnce = 5;
    private const int More = 40;

    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private volatile int _sent;
    private volatile int _acked;

    /// <param name="sender">Who sends.</param>
    /// <param name="reliable">Who gets all.</param>
    /// <param name="plain">Others.</param>
    /// <param name="interval">Time between messages. What a node has missed comes at once, and a reliable client may get so much and no more.</param>
    public Flow(TestClient sender, RecoveringClient reliable, TestClient[] plain, TimeSpan interval)
    {
        (Sender, Reliable, Plain, _interval) = (sender, reliable, plain, interval);
        _sending = SendAsync();
    }

    public TestClient Sender { get; }

    public RecoveringClient Reliable { get; }

    public TestClient[] Plain { get; }

    /// <summary>Waits until some more were acked: messages are on their way when the test goes on.</summary>
    public Task WaitForMoreAsync()
    {
        var enough = _acked + More;
        return Eventually.True(() => _acked >= enough || _sending.IsFaulted, "more messages are acked");
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _sending.Within("the last message is acked");
    }

    /// <summary>Stops; every number was acked, and everybody has got all of them, once and in order.</summary>
    public async Task AssertNothingLostAsync()
    {
        await StopAsync();
        await Sender.SendToGroupAsync("g", "end").Succeeds();
        string[] all = [.. Enumerable.Range(1, _sent).Select(number => number.ToString(CultureInfo.InvariantCulture)), "end"];
        Assert.True(Reliable.Socket.IsOpen, $"The reliable client was closed: {(Reliable.Socket.IsOpen ? null : await Reliable.Socket.Closed)}");
        await Reliable.AssertReceivedAsync(all);
        Assert.Empty(Reliable.Repeated.Items);
        foreach (var client in Plain)
        {
            await client.Messages.WaitForAsync(message => message.Text == "end", "the end");
            Assert.Equal(all, client.Messages.Items.Select(message => message.Text));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task SendAsync()
    {
        Queue<Task<Ack>> underWay = [];
        while (!_stop.IsCancellationRequested)
        {
            var number = ++_sent;
            underWay.Enqueue(await Sender.BeginAsync(new { type = "sendToGroup", group = "g", dataType = "text", data = $"{number}" }));
            if (underWay.Count == AtOnce)
            {
                await AckAsync();
            }

            await Task.Delay(_interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        while (underWay.Count > 0)
        {
            await AckAsync();
        }

        async Task AckAsync()
        {
            await underWay.Dequeue().Within("the ack arrives").Succeeds();
            _acked++;
        }
    }
}
