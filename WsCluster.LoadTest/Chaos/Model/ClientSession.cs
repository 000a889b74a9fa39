namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>What a client is between two connection ids: recoveries don't end it.</summary>
/// <param name="client">Whose.</param>
/// <param name="openedAt">When it began.</param>
internal sealed class ClientSession(ClientRecord client, TimeSpan openedAt)
{
    private readonly Dictionary<Target, TimeSpan> _since = [];
    private long _highest;
    private TimeSpan _highestAt;

    public ClientRecord Client => client;

    public TimeSpan OpenedAt => openedAt;

    public string? ConnectionId { get; private set; }

    public TimeSpan? EndedAt { get; private set; }

    /// <summary>It is told its id, or is told that it gets what goes to a target.</summary>
    public void Add(Target target, TimeSpan at)
    {
        _since[target] = at;
        if (target.Kind == TargetKind.Connection)
        {
            ConnectionId = target.Name;
        }
    }

    public void Ended(TimeSpan at) => EndedAt = at;

    public void Received(long sequenceId, TimeSpan at)
    {
        if (sequenceId > _highest)
        {
            (_highest, _highestAt) = (sequenceId, at);
        }
    }

    /// <summary>
    /// Whether an acknowledged message has to be among what this session saw. One that has ended is excused from what was still to
    /// come, but not from gaps: what has its place before something that the session did see.
    /// </summary>
    public bool MustSee(SentMessage message) =>
        _since.TryGetValue(message.Target, out var since) && since <= message.SentAt
        && (EndedAt is null || (message.SequenceId > 0 && message.SequenceId < _highest && message.SentAt <= _highestAt));
}
