using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Cluster;

/// <summary>
/// Reads this node's one inbox, in order, and hands what comes to whom it concerns. What has piled up is taken in one round, and each
/// connection that got anything in it is flushed once at its end.
/// </summary>
internal sealed partial class InboxReader(
    IConnectionMultiplexer connection, ClusterKeys keys, HubDirectory hubs, NodeRequests requests, NodeMetrics metrics, ILogger<InboxReader> logger)
{
    /// <summary>A round ends here at the latest, so that a flood of messages doesn't keep the first ones from being flushed.</summary>
    private const int MaxMessagesPerRound = 4_000;

    /// <summary>Likewise, bytes of payloads: what a round has delivered is kept until its end.</summary>
    private const int MaxBytesPerRound = 1024 * 1024;

    private readonly Delivery _delivery = new();
    private ChannelMessageQueue? _queue;
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

        _reading = ReadAsync(_queue);
    }

    /// <summary>Whether the connection that the inbox comes through is up; it is not the one that commands go through.</summary>
    public bool IsConnected => _queue is { } queue && connection.GetSubscriber().IsConnected(queue.Channel);

    public async Task UnsubscribeAsync()
    {
        if (_queue is not null)
        {
            // Fire and forget: when Redis is away, there is nothing to unsubscribe from.
            _queue.Unsubscribe(CommandFlags.FireAndForget);
            _queue = null;
        }

        await _reading;
    }

    private async Task ReadAsync(ChannelMessageQueue queue)
    {
        try
        {
            while (true)
            {
                var next = await queue.ReadAsync().ConfigureAwait(false);
                do
                {
                    Handle(next.Message);
                }
                while (_delivery.Messages < MaxMessagesPerRound && _delivery.Bytes < MaxBytesPerRound && queue.TryRead(out next));

                EndRound();
            }
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // Unsubscribed.
        }
    }

    private void Handle(RedisValue payload)
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
                    hubs.Get(reader.ReadString8()).Deliver(reader, _delivery);
                    break;
                case MessageFormat.RequestKind:
                    requests.OnRequest(reader);
                    break;
                case MessageFormat.ReplyKind:
                    requests.OnReply(reader);
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

            metrics.Delivered(_delivery.Messages, _delivery.Deliveries, _delivery.Undeliverable, _delivery.Dropped);
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

        [LoggerMessage(LogLevel.Error, "A round of deliveries could not be finished.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
