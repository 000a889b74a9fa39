namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>Opens many connections, so many at a time.</summary>
internal sealed class ConnectionOpener(EventLoop loop)
{
    /// <summary>How long no connection may open before the attempt counts as failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Below the backlog of every server, so that none has to turn a connection away.</summary>
    public const int DefaultConcurrency = 64;

    /// <summary>Opens all of them.</summary>
    /// <exception cref="ConnectionFailedException">One could not be opened.</exception>
    public void Open(IReadOnlyList<LoadConnection> connections, int concurrency = DefaultConcurrency, Action<int>? progress = null)
    {
        var next = 0;
        var open = 0;
        LoadConnection? failed = null;

        void Done(LoadConnection connection)
        {
            open++;
            if (connection.Failure is not null)
            {
                failed ??= connection;
                return;
            }

            progress?.Invoke(open);
        }

        bool StartMore()
        {
            while (next < connections.Count && next - open < concurrency && failed is null)
            {
                connections[next].Opened = Done;
                connections[next++].Start();
            }

            return open == connections.Count || failed is not null;
        }

        int before;
        do
        {
            before = open; // As long as it gets on, the patience begins anew.
        }
        while (!loop.Run(StartMore, Patience) && open > before);

        if (failed is not null)
        {
            throw new ConnectionFailedException(failed.Failure!);
        }

        if (open < connections.Count)
        {
            throw new ConnectionFailedException(
                $"{connections[open].Endpoint} did not open a connection within {Patience.TotalSeconds:0} s; {open} of {connections.Count} are open.");
        }
    }
}
