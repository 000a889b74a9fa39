using WsCluster.LoadTest.Chaos.Rounds;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>All clients of a run, and the processes that some are in.</summary>
internal sealed class ClientPool : IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly List<SdkProcess> _processes = [];
    private readonly List<ReliableClient> _own = [];
    private readonly List<IChaosClient> _all = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _ticking;

    /// <summary>Starts all of them.</summary>
    /// <param name="options">How many.</param>
    /// <param name="groups">All groups.</param>
    /// <param name="url">Where a user connects.</param>
    /// <param name="journal">Told what happens to them.</param>
    /// <param name="log">Told what the processes write.</param>
    public ClientPool(ChaosOptions options, IReadOnlyList<string> groups, Func<string, Uri> url, Journal journal, Action<string, string> log)
    {
        for (var number = 0; number < options.Clients; number++)
        {
            // Two clients are one user, and each is in three groups or all there are.
            var user = $"u{number / 2}";
            string[] own = [.. new[] { number, (number * 7) + 3, (number * 3) + 11 }.Select(group => groups[group % groups.Count]).Distinct()];
            var isSdk = number < options.SdkClients;
            var record = journal.AddClient($"{(isSdk ? "SDK client" : "client")} {number}", user, own);
            if (isSdk)
            {
                if (number % SdkProcess.MaxClients == 0)
                {
                    _processes.Add(new SdkProcess(_processes.Count + 1, log));
                }

                _all.Add(new SdkClient(_processes[^1], number, record, url(user), own, journal));
            }
            else
            {
                // Half of them notice a node that says nothing any more before it is declared dead, half of them after that.
                var times = new ClientTimes { Silence = TimeSpan.FromSeconds(number % 2 == 0 ? 10 : 4) };
                _own.Add(new ReliableClient(record, url(user), own, journal, times));
                _all.Add(_own[^1]);
            }
        }

        _ticking = TickAsync();
    }

    public IReadOnlyList<IChaosClient> All => _all;

    public int Outstanding => _all.Sum(client => client.Outstanding);

    /// <summary>Waits until every client is connected and in its groups.</summary>
    /// <exception cref="PeerFailedException">That took too long.</exception>
    public async Task WaitUntilReadyAsync(Journal journal, CancellationToken stop)
    {
        var end = journal.Now + ReadyLimit;
        while (_all.Where(client => !client.IsReady).ToArray() is { Length: > 0 } missing)
        {
            if (_processes.Select(process => process.Failure).FirstOrDefault(failure => failure is not null) is { } failure)
            {
                throw new PeerFailedException(failure);
            }

            if (journal.Now > end)
            {
                throw new PeerFailedException(
                    $"{missing.Length} of {_all.Count} clients were not connected and in their groups within {ReadyLimit.TotalSeconds:0} s; one is {missing[0].Record.Name}: "
                    + $"{(missing[0].Record.History is [.., var last] ? last : "it was never connected")}.");
            }

            await Task.Delay(50, stop);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        await Task.WhenAll(_own.Select(client => client.DisposeAsync().AsTask()));
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TickInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                _own.ForEach(client => client.Tick());
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
