namespace WsCluster.LoadTest.Measuring;

/// <summary>What was wrong with the deliveries of a run.</summary>
/// <param name="Lost">Messages that never reached a member of their group, counted for each member.</param>
/// <param name="Repeated">Messages that reached a member more than once.</param>
/// <param name="Reordered">Messages that reached a member after a later one of the same publisher.</param>
/// <param name="Misdirected">Messages that reached somebody they were not for, or were never sent.</param>
/// <param name="Disconnected">Connections that the server ended.</param>
internal sealed record Integrity(long Lost, long Repeated, long Reordered, long Misdirected, int Disconnected)
{
    /// <summary>Nothing was wrong.</summary>
    public static readonly Integrity Clean = new(0, 0, 0, 0, 0);

    /// <summary>The first end of a connection, in words.</summary>
    public string? FirstDisconnect { get; init; }

    /// <summary>Whether nothing was wrong.</summary>
    public bool IsClean => Lost == 0 && Repeated == 0 && Reordered == 0 && Misdirected == 0 && Disconnected == 0;

    /// <summary>What was wrong here and elsewhere.</summary>
    public Integrity Plus(Integrity other) => new(
        Lost + other.Lost, Repeated + other.Repeated, Reordered + other.Reordered, Misdirected + other.Misdirected, Disconnected + other.Disconnected)
    {
        FirstDisconnect = FirstDisconnect ?? other.FirstDisconnect,
    };

    public override string ToString() =>
        $"{Lost} lost, {Repeated} repeated, {Reordered} reordered"
        + (Misdirected > 0 ? $", {Misdirected} misdirected" : "")
        + (Disconnected > 0 ? $", {Disconnected} disconnected" : "");
}
