namespace WsCluster.Server.Transport;

/// <summary>The token of one wait. TLS handshakes are ended by theirs; HTTP and clients pass none, which costs nothing.</summary>
internal struct WaitCancellation
{
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    /// <summary>Whether the wait was cancelled.</summary>
    public readonly bool IsRequested => _token.IsCancellationRequested;

    /// <summary>Why it ends then.</summary>
    public readonly OperationCanceledException Exception => new(_token);

    /// <summary>Before the wait: from here on the token wakes who waits.</summary>
    public void Begin(CancellationToken token, Action<object?> wake, object waiter)
    {
        if (token.CanBeCanceled)
        {
            _token = token;
            _registration = token.UnsafeRegister(wake, waiter);
        }
    }

    /// <summary>After the wait.</summary>
    public void End()
    {
        if (_token.CanBeCanceled)
        {
            _ = _registration.Unregister();
            (_token, _registration) = (default, default);
        }
    }
}
