using WsCluster.LoadTest.Chaos.Clients;
using WsCluster.LoadTest.Chaos.Model;

namespace WsCluster.LoadTest.Chaos.Rounds;

/// <summary>Lets clients send to groups, users and connections, at a rate, as long as they are connected.</summary>
/// <param name="clients">All clients.</param>
/// <param name="groups">All groups.</param>
/// <param name="rate">Messages per second.</param>
/// <param name="journal">Told of each message.</param>
/// <param name="random">Chooses senders and targets.</param>
internal sealed class Traffic(IReadOnlyList<IChaosClient> clients, IReadOnlyList<string> groups, int rate, Journal journal, Random random)
{
    private const int Attempts = 20;
    private const double ToGroup = 0.7;
    private const double ToUser = 0.15;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Sends until it is told to stop. What can't be sent in time is left out: nobody sends faster afterwards to make up for it.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Step);
        var last = journal.Now;
        var due = 0.0;
        while (!stop.IsCancellationRequested)
        {
            var now = journal.Now;
            due = Math.Min(due + ((now - last).TotalSeconds * rate), rate / 10.0 + 1);
            last = now;
            for (; due >= 1; due--)
            {
                SendOne();
            }

            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void SendOne()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var sender = clients[random.Next(clients.Count)];
            if (sender.CanSend && ChooseTarget(sender) is { } target)
            {
                sender.Send(journal.Sent(sender.Record, target));
                return;
            }
        }
    }

    private Target? ChooseTarget(IChaosClient sender)
    {
        var kind = random.NextDouble();
        if (sender.SendsToGroupsOnly || kind < ToGroup)
        {
            return Target.Group(groups[random.Next(groups.Count)]);
        }

        var receiver = clients[random.Next(clients.Count)];
        if (kind < ToGroup + ToUser)
        {
            return Target.User(receiver.Record.UserId);
        }

        return receiver.ConnectionId is { } id ? Target.Connection(id) : null;
    }
}
