using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Cluster;

/// <summary>
/// Reads this node's one inbox, in order, and hands what comes to whom it concerns. What has piled up is taken in one round, and each
/// connection that got anything in it is flushed once at its end.
/// </summary>
internal sealed partial class InboxReader(
    IConnectionMultiplexer connection,
    ClusterKeys keys,
    HubDirectory hubs,
    HubLog log,
    NodeRequests requests,
    NodeLease lease,
    InboxProbe probe,
    NodeMetrics metrics,
    TimeProvider time,
    ILogger<InboxReader> logger)
{
    private static readonly TimeSpan RepairDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>A round ends here at the latest, so that a flood of messages doesn't keep the first ones from being flushed.</summary>
    private const int MaxMessagesPerRound = 4_000;

    /// <summary>Likewise, bytes of payloads: what a round has delivered is kept until its end.</summary>
    private const int MaxBytesPerRound = 1024 * 1024;

    private readonly Delivery _delivery = new();
    private ChannelMessageQueue? _queue;
    private CancellationTokenSource _reader = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>Changes over to an inbox; whatever still comes to the last one is lost.</summary>
    /// <exception cref="RedisException">Redis did not take the subscription.</exception>
    public async Task SubscribeAsync(string inbox)
    {
        await UnsubscribeAsync();
        var subscriber = connection.GetSubscriber();
        var channel = keys.Inbox(inbox);
        try
        {
            _queue = await subscriber.SubscribeAsync(channel);
        }
        catch
        {
            // The client has entered the queue all the same, and would fill it with everything that comes once Redis is there.
            _ = subscriber.UnsubscribeAsync(channel, null, CommandFlags.FireAndForget);
            throw;
        }

        _reader = new CancellationTokenSource();
        _reading = ReadAsync(_queue, inbox, _reader.Token);
    }

    /// <summary>
    /// Whether Redis has the subscription, as far as the client knows. After a cut the client subscribes again by itself, but only once:
    /// when Redis refuses then, nobody tries again.
    /// </summary>
    public bool IsSubscribed(string inbox) => connection.GetSubscriber().SubscribedEndpoint(keys.Inbox(inbox)) is not null;

    public async Task UnsubscribeAsync()
    {
        if (_queue is not null)
        {
            // Fire and forget: when Redis is away, there is nothing to unsubscribe from.
            _queue.Unsubscribe(CommandFlags.FireAndForget);
            _queue = null;
        }

        // It may be waiting for a lease, or repairing. What it leaves unread is in the hubs' logs.
        await _reader.CancelAsync();
        await _reading;
    }

    private async Task ReadAsync(ChannelMessageQueue queue, string inbox, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var next = await queue.ReadAsync(cancellationToken).ConfigureAwait(false);
                do
                {
                    if (!lease.IsCertain)
                    {
                        EndRound();
                        await lease.WaitAsync(cancellationToken).ConfigureAwait(false);
                    }

                    if (Handle(next.Message, inbox, isRepaired: false) is { } incomplete)
                    {
                        EndRound();
                        await RepairAsync(incomplete, cancellationToken).ConfigureAwait(false);
                        Handle(next.Message, inbox, isRepaired: true);
                    }
                }
                while (_delivery.Messages < MaxMessagesPerRound && _delivery.Bytes < MaxBytesPerRound && queue.TryRead(out next));

                EndRound();
            }
        }
        catch (Exception exception) when (exception is System.Threading.Channels.ChannelClosedException or OperationCanceledException)
        {
            // Unsubscribed.
            EndRound();
        }
    }

    /// <summary>Hands a payload on.</summary>
    /// <returns>Null; or the hub that has to be repaired first.</returns>
    private Hub? Handle(RedisValue payload, string inbox, bool isRepaired)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = payload;
            _delivery.Bytes += bytes.Length;
            var reader = new MessageReader(bytes.Span);
            switch (reader.ReadByte())
            {
                case MessageFormat.BatchKind:
                    // Also for a hub that has no connection here: a sender may wait to hear just that.
                    var hub = hubs.Get(reader.ReadString8());
                    return hub.TryDeliver(reader, inbox, isRepaired, _delivery) ? null : hub;
                case MessageFormat.RequestKind:
                    requests.OnRequest(reader);
                    break;
                case MessageFormat.ReplyKind:
                    requests.OnReply(reader);
                    break;
                case MessageFormat.ProbeKind:
                    probe.OnProbe(reader);
                    break;
                default:
                    throw new FormatException("Unknown kind.");
            }
        }
        catch (Exception exception)
        {
            // Another version's payload, or somebody else's: it must not end the reading of all others.
            metrics.Dropped();
            Log.BadPayload(logger, exception, payload.Length());
        }

        return null;
    }

    /// <summary>
    /// Something of a hub may not have come through the inbox: its connection was cut, or the inbox is new. What the log has beyond the
    /// node's place in it is delivered first, while what comes meanwhile waits.
    /// </summary>
    private async Task RepairAsync(Hub hub, CancellationToken cancellationToken)
    {
        metrics.Repaired();
        while (true)
        {
            LogPage page;
            try
            {
                page = await log.ReadAsync(hub.Name, hub.LastOffset).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception.IsRedisFailure() && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(RepairDelay, time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var gaps = _delivery.Gaps;
            hub.Repair(page, _delivery);
            if (_delivery.Gaps > gaps)
            {
                Log.MessagesLost(logger, hub.Name);
            }

            EndRound();
            if (!page.HasMore)
            {
                return;
            }
        }
    }

    private void EndRound()
    {
        try
        {
            _delivery.Flush();
            foreach (var receipt in _delivery.Receipts)
            {
                requests.Answer(receipt);
            }

            metrics.Delivered(_delivery.Messages, _delivery.Deliveries, _delivery.Undeliverable, _delivery.Dropped, _delivery.Gaps);
        }
        catch (Exception exception)
        {
            Log.RoundFailed(logger, exception);
        }
        finally
        {
            _delivery.Reset();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A payload of {Length} bytes in the inbox could not be handled and is dropped.")]
        public static partial void BadPayload(ILogger logger, Exception exception, long length);

        [LoggerMessage(LogLevel.Error, "Messages of hub {Hub} may be lost: they did not come to this node, and its log does not reach back to them. Reliable clients are told (1008).")]
        public static partial void MessagesLost(ILogger logger, string hub);

        [LoggerMessage(LogLevel.Error, "A round of deliveries could not be finished.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
