namespace WsCluster.LoadTest.Chaos.Rounds;

/// <summary>What was counted in a round.</summary>
internal sealed class RoundCounts
{
    private readonly List<string> _ended = [];

    /// <summary>Messages that were acknowledged.</summary>
    public int Acked { get; set; }

    /// <summary>Attempts that were answered with an error.</summary>
    public int Refused { get; set; }

    /// <summary>Messages that were given up.</summary>
    public int GivenUp { get; set; }

    /// <summary>Messages that applications were handed.</summary>
    public int Deliveries { get; set; }

    /// <summary>Connections that broke and came back with the same id.</summary>
    public int Recoveries { get; set; }

    /// <summary>Each session that ended, and why.</summary>
    public IReadOnlyList<string> Ended => _ended;

    public void SessionEnded(string text) => _ended.Add(text);
}
