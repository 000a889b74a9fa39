namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>What the model knows of a client.</summary>
/// <param name="name">Its name in reports.</param>
/// <param name="userId">Its user.</param>
/// <param name="groups">All groups that it ever asks for.</param>
internal sealed class ClientRecord(string name, string userId, IEnumerable<string> groups)
{
    private readonly HashSet<Target> _legitimate = [Target.User(userId), .. groups.Select(Target.Group)];
    private readonly Dictionary<Target, long> _sent = [];
    private readonly List<SentMessage> _arrivals = [];
    private readonly List<HistoryEntry> _history = [];

    public string Name => name;

    public string UserId => userId;

    public ClientSession? Session { get; private set; }

    /// <summary>What its application was handed in this round, in order.</summary>
    public IReadOnlyList<SentMessage> Arrivals => _arrivals;

    public IReadOnlyList<HistoryEntry> History => _history;

    public void Note(string what, TimeSpan at) => _history.Add(new HistoryEntry(at, what));

    public ClientSession OpenSession(TimeSpan at) => Session = new ClientSession(this, at);

    public void EndSession() => Session = null;

    /// <summary>From now on what goes to that connection is meant for it.</summary>
    public void Owns(string connectionId) => _legitimate.Add(Target.Connection(connectionId));

    /// <summary>Whether it may be sent what goes to a target.</summary>
    public bool IsMeantBy(Target target) => _legitimate.Contains(target);

    public long NextSequence(Target target) => _sent[target] = _sent.GetValueOrDefault(target) + 1;

    public void Received(SentMessage message) => _arrivals.Add(message);

    public void ForgetArrivals() => _arrivals.Clear();
}
