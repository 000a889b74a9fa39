namespace WsCluster.Server.Clients;

/// <summary>Where a client's queue writes to. Used under the queue's lock.</summary>
internal interface IClientOutput
{
    /// <summary>Takes what goes out without waiting; all of it, unless it says something else than <see cref="OutputState.Ready"/>.</summary>
    /// <param name="bytes">What is to be sent.</param>
    /// <param name="taken">How many of them it has taken, from the first one on.</param>
    OutputState Write(ReadOnlySpan<byte> bytes, out int taken);

    /// <summary>Sets whom to call, on any thread, when it is ready again. Called once, before the first write.</summary>
    void OnReady(Action callback);
}

/// <summary>Whether an output takes more.</summary>
internal enum OutputState
{
    /// <summary>It does.</summary>
    Ready,

    /// <summary>It will call when it does, and must not be written to before.</summary>
    Full,

    /// <summary>Nobody reads any more.</summary>
    Gone,
}
