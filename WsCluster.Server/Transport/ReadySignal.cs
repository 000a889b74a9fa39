namespace WsCluster.Server.Transport;

/// <summary>
/// One direction of a socket: what its user has tried, and what the event loop knows. The loop is told once of each change
/// (edge-triggered), so a change that comes between a try and the wait for the next one must not get lost.
/// </summary>
internal struct ReadySignal
{
    private const int Quiet = 0;
    private const int Waiting = 1;
    private const int Raised = 2;

    private int _state;

    /// <summary>Whether a try is worth its system call.</summary>
    public readonly bool IsRaised => Volatile.Read(in _state) == Raised;

    /// <summary>Whether somebody waits.</summary>
    public readonly bool IsWaiting => Volatile.Read(in _state) == Waiting;

    /// <summary>Before a try: what happens from here on is seen by <see cref="TryWait"/>.</summary>
    public void Lower() => Interlocked.Exchange(ref _state, Quiet);

    /// <summary>After a try that wants to be repeated; false if that may be done at once.</summary>
    public bool TryWait() => Interlocked.CompareExchange(ref _state, Waiting, Quiet) == Quiet;

    /// <summary>Something happened.</summary>
    /// <returns>Whether somebody waits for it; then the caller is who has to go on with the work.</returns>
    public bool Raise() => Interlocked.Exchange(ref _state, Raised) == Waiting;
}
