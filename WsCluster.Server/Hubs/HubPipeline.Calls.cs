using StackExchange.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>The calls. Run one after the other, so nothing here is shared.</summary>
internal sealed partial class HubPipeline
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    private readonly byte[] _head = MessageFormat.BatchPrefix(hub);
    private readonly string _prefix = context.Keys.Hub(hub);
    private readonly RedisKey[] _keys = context.Keys.OfHub(hub);
    private readonly LogLimits _limits = context.Limits(hub);
    private readonly PublishedBatches _published = new(context.Time);

    /// <summary>What Redis had taken and has lost, and is still to be sent again.</summary>
    private readonly Queue<PublishedBatch> _lost = new();

    private long _epoch;
    private bool _epochIsNew;
    private bool _isFailing;
    private string? _announcedInbox;

    /// <summary>Told when Redis may have lost something of the hub: what the node has there has to be entered again.</summary>
    public Action? OnNewEpoch { get; set; }

    /// <summary>Last offset that the node has seen.</summary>
    public Func<long>? LastOffset { get; set; }

    /// <summary>Sends a batch until Redis has taken it; null when it did not by the deadline.</summary>
    private async Task<RedisResult[]?> TakeAsync(PipelineBatch batch)
    {
        batch.Number = context.NextBatch();
        var sent = context.Time.GetTimestamp();
        var delay = FirstDelay;
        Exception? failure = null;
        while (!_isFailing || context.Time.GetElapsedTime(batch.Since) < context.Options.PublishTimeout)
        {
            try
            {
                if (await SendLostAsync().ConfigureAwait(false)
                    && await CallAsync(batch, original: batch.EpochInDoubt != 0 && batch.EpochInDoubt != _epoch ? -Since(sent) : 0).ConfigureAwait(false) is { } result)
                {
                    _isFailing = false;
                    return result;
                }
            }
            catch (BatchOvertakenException exception)
            {
                // Not taken, and never will be.
                failure = exception;
                break;
            }
            catch (Exception exception)
            {
                failure = exception;
                _isFailing = true;
                if (exception is not CallNotSentException && batch.EpochInDoubt == 0)
                {
                    batch.EpochInDoubt = _epoch;
                }

                await Task.Delay(delay, context.Time).ConfigureAwait(false);
                delay = 2 * delay < LongestDelay ? 2 * delay : LongestDelay;
            }
        }

        Log.CallFailed(context.Logger, hub, batch.Places, (failure?.InnerException ?? failure)?.GetType().Name ?? "Deadline", failure?.Message ?? "It had waited for too long.");
        return null;
    }

    /// <summary>Milliseconds since a time, at least 1.</summary>
    private long Since(long time) => Math.Max(1, (long)Math.Ceiling(context.Time.GetElapsedTime(time).TotalMilliseconds));

    /// <summary>Sends again what Redis has lost; false when it has meanwhile lost something else.</summary>
    private async Task<bool> SendLostAsync()
    {
        while (_lost.TryPeek(out var lost))
        {
            if (await CallAsync(lost, lost.First).ConfigureAwait(false) is not { } result)
            {
                return false;
            }

            _lost.Dequeue();
            _published.Add(lost, (long)result[0]);
        }

        if (_epochIsNew)
        {
            _epochIsNew = false;
            OnNewEpoch?.Invoke();
        }

        return true;
    }

    /// <summary>Calls the script; null when the hub's epoch is not the one that the node knew. It knows the new one then.</summary>
    private async Task<RedisResult[]?> CallAsync(IHubCall call, long original)
    {
        var inbox = context.Node.Inbox;
        CallInbox = inbox;
        if (call.HasInterest && _announcedInbox != inbox)
        {
            // Whoever cleans up after this node finds the hub by this entry, so it has to be there before the first interest.
            await context.Connection.GetDatabase().SetAddAsync(context.Keys.HubsOf(inbox), hub).ConfigureAwait(false);
            _announcedInbox = inbox;
        }

        var result = await context.Script.EvaluateAsync(
            Keys(call, inbox),
            new HubArguments
            {
                Inbox = inbox,
                InboxPrefix = context.Keys.InboxPrefix,
                PayloadPrefix = _head,
                NodeId = context.Node.NodeId,
                Epoch = _epoch,
                Limits = _limits,
                LastOffset = LastOffset?.Invoke() ?? 0,
                OriginalFirst = original,
            }.Of(call)).ConfigureAwait(false);
        switch ((long)result[0])
        {
            case -1:
                _epochIsNew = true;
                _epoch = (long)result[1];
                _announcedInbox = null;
                context.Script.Forget();

                // Those that were still to be sent again come after those that were, or were not, lost anew.
                var left = _lost.ToArray();
                _lost.Clear();
                foreach (var lost in _published.TakeAfter((long)result[2]).Concat(left))
                {
                    _lost.Enqueue(lost);
                }

                if (_lost.Count > 0)
                {
                    Log.SendingAgain(context.Logger, hub, _lost.Count);
                }

                return null;
            case -2:
                throw new BatchOvertakenException($"Batch {call.Number} of hub {hub} came after {(long)result[2]}.");
            default:
                _epoch = (long)result[1];
                return result;
        }
    }

    private RedisKey[] Keys(IHubCall call, string inbox)
    {
        var names = call.KeyNames;
        var keys = new RedisKey[FixedKeys + names.Count];
        _keys.CopyTo(keys, 0);
        keys[_keys.Length] = context.Keys.Owned(hub, inbox);
        for (var i = 0; i < names.Count; i++)
        {
            keys[FixedKeys + i] = _prefix + names[i];
        }

        return keys;
    }

    /// <summary>A later batch of this node was taken before.</summary>
    private sealed class BatchOvertakenException(string message) : Exception(message);
}
