using System.Collections.Concurrent;

namespace WsCluster.Server.Hubs;

/// <summary>The hubs that this node has a part in. Hubs need no registration: the first connection or message makes one.</summary>
internal sealed class HubDirectory(HubPipelineContext context)
{
    /// <summary>
    /// Hubs that are probed in one heartbeat. With more, each is probed less often, so that what a cut link has lost is found later.
    /// </summary>
    private const int ProbesPerSweep = 500;

    private readonly ConcurrentDictionary<string, Hub> _hubs = new(StringComparer.Ordinal);
    private int _nextProbe;

    public ICollection<Hub> All => _hubs.Values;

    /// <summary>The hub with a normalised name, kept in the directory until <see cref="Hub.Release"/>.</summary>
    public Hub Hold(string name)
    {
        while (true)
        {
            var hub = Get(name);
            if (hub.TryHold())
            {
                return hub;
            }

            Remove(name, hub); // It was retired in this moment.
        }
    }

    /// <summary>The hub with a normalised name (<see cref="HubName.TryNormalize"/>).</summary>
    public Hub Get(string name) => _hubs.GetOrAdd(name, Create);

    /// <summary>The hub, or null if this node has no part in it.</summary>
    public Hub? Find(ReadOnlySpan<char> name) => _hubs.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var hub) ? hub : null;

    /// <summary>A hub that is not in the directory, for connections that are refused: anybody may name any hub.</summary>
    public Hub CreateDetached() => Create("none");

    /// <summary>Settles each hub's interest, and forgets hubs in which nothing is left. Called once a heartbeat.</summary>
    public void Sweep(TimeSpan linger)
    {
        var (index, begin) = (0, _nextProbe);
        foreach (var (name, hub) in _hubs)
        {
            if (index >= begin && index < begin + ProbesPerSweep && (hub.ConnectionCount > 0 || hub.Pipeline.HasPublished))
            {
                hub.Probe();
            }

            index++;
            hub.Sweep(linger);
            if (hub.TryRetire())
            {
                Remove(name, hub);
            }
        }

        _nextProbe = begin + ProbesPerSweep < index ? begin + ProbesPerSweep : 0;
    }

    /// <summary>Waits until all that was given to the hubs' pipelines has gone to Redis, or can't.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (_hubs.Values.Any(hub => !hub.Pipeline.IsIdle))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), context.Time, cancellationToken);
        }
    }

    /// <summary>Removes this hub, not one that has taken its place.</summary>
    private void Remove(string name, Hub hub) => _hubs.TryRemove(KeyValuePair.Create(name, hub));

    private Hub Create(string name)
    {
        var pipeline = new HubPipeline(name, context);
        var hub = new Hub(name, pipeline, context.Node, context.Options, context.Time);
        pipeline.OnNewEpoch = hub.OnNewEpoch;
        pipeline.LastOffset = () => hub.LastOffset;
        return hub;
    }
}
