using WsCluster.LoadTest.Chaos.Model;

namespace WsCluster.LoadTest.Chaos.Rounds;

/// <summary>
/// How long clients received nothing. A client whose connection broke is silent from the last message before that to the first one after
/// it: that is what a fault costs its user, whoever noticed when.
/// </summary>
internal sealed class Silences
{
    private readonly Dictionary<ClientRecord, TimeSpan> _lastReceived = [];
    private readonly HashSet<ClientRecord> _broken = [];
    private readonly Dictionary<ClientRecord, TimeSpan> _outages = [];

    /// <summary>Longest silence of any client, broken or not.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>The longest silence of each client whose connection broke, shortest first.</summary>
    public IReadOnlyList<TimeSpan> Outages => [.. _outages.Values.Order()];

    /// <summary>Clients that have broken and received nothing since.</summary>
    public int StillBroken => _broken.Count;

    /// <summary>Counts from now on: nobody has been silent before.</summary>
    public void Begin(IEnumerable<ClientRecord> clients, TimeSpan at)
    {
        foreach (var client in clients)
        {
            _lastReceived[client] = at;
        }
    }

    public void Broke(ClientRecord client) => _broken.Add(client);

    public void Received(ClientRecord client, TimeSpan at)
    {
        if (!_lastReceived.TryGetValue(client, out var last))
        {
            return;
        }

        _lastReceived[client] = at;
        var silence = at - last;
        Longest = silence > Longest ? silence : Longest;
        if (_broken.Remove(client) && silence > _outages.GetValueOrDefault(client))
        {
            _outages[client] = silence;
        }
    }
}
