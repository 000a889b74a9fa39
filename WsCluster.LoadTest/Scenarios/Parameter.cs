namespace WsCluster.LoadTest.Scenarios;

/// <summary>A number that shapes a scenario's load; each scenario has a default of its own.</summary>
/// <param name="Name">Name of the option, without dashes.</param>
/// <param name="Meaning">What it is, with its unit.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
internal sealed record Parameter(string Name, string Meaning, int Min, int Max)
{
    public static readonly Parameter Receivers = new("receivers", "members of the group", 1, 100_000);
    public static readonly Parameter Senders = new("senders", "connections that send", 1, 1_000);
    public static readonly Parameter Size = new("size", "bytes of a message's data", 32, 1_000_000);
    public static readonly Parameter Window = new("window", "messages in flight (sent, and not yet at every member) of each sender; in groups: of each group", 1, 10_000);
    public static readonly Parameter Rate = new("rate", "messages a second, over all senders", 1, 1_000_000);
    public static readonly Parameter Pairs = new("pairs", "pairs of clients, each on two nodes", 1, 10_000);
    public static readonly Parameter Groups = new("groups", "number of groups", 1, 20_000);
    public static readonly Parameter Members = new("members", "members of each group", 1, 10_000);
    public static readonly Parameter GroupRate = new("group-rate", "messages a second into all small groups together", 1, 1_000_000);
    public static readonly Parameter Connections = new("connections", "number of connections", 1, 1_000_000);
    public static readonly Parameter Concurrency = new("concurrency", "connections that are being opened, or requests under way, at a time", 1, 10_000);
    public static readonly Parameter ConnectRate = new("connect-rate", "clients a second that come, join, and go again", 0, 10_000);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Parameter> All { get; } =
    [
        Receivers, Senders, Size, Window, Rate, Pairs, Groups, Members, GroupRate, Connections, Concurrency, ConnectRate,
    ];
}
