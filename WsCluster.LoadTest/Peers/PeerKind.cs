namespace WsCluster.LoadTest.Peers;

/// <summary>A peer that the tool can start.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Missing">What the machine lacks for it, with the command that installs it; null if nothing.</param>
/// <param name="Create">Makes one; it is not started yet.</param>
internal sealed record PeerKind(string Name, string Summary, Func<string?> Missing, Func<PeerOptions, IPeer> Create)
{
    /// <summary>Whether a comparison leaves it out unless it is named: a variant of another peer says something only beside that one.</summary>
    public bool OnlyIfNamed { get; init; }
}
