using System.Globalization;
using System.Text;

namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>Tells all that is known about a message that was not delivered as it should have been.</summary>
internal static class MessageLife
{
    private const int MostEntries = 40;

    /// <summary>Tells it.</summary>
    /// <param name="offence">What is wrong.</param>
    /// <param name="model">Where it was found.</param>
    /// <param name="logLines">What the servers wrote about some ids.</param>
    public static string Tell(Offence offence, DeliveryModel model, Func<IEnumerable<string>, IEnumerable<string>> logLines)
    {
        var (kind, message, receiver) = offence;
        var text = new StringBuilder();
        Line($"{kind.ToString().ToLowerInvariant()}: message {message.Id} to {message.Target}, number {message.Sequence} from {message.Sender.Name} to it, at {receiver.Name}");
        Line($"{new HistoryEntry(message.SentAt, "sent first")}");
        Entries(message.History);
        foreach (var receipt in message.Receipts)
        {
            Line($"{new HistoryEntry(receipt.At, $"received by {receipt.Client.Name}, sequenceId {receipt.SequenceId}")}");
        }

        var missed = model.ReceiversOf(message).Where(client => message.CountReceipts(client) == 0).Select(client => client.Name).ToArray();
        if (missed.Length > 0)
        {
            Line($"not received by {string.Join(", ", missed)}");
        }

        Line($"what its receiver {receiver.Name} went through (user {receiver.UserId}):");
        Entries(receiver.History);
        Around();
        Line($"what its sender {message.Sender.Name} went through (user {message.Sender.UserId}):");
        Entries(message.Sender.History);
        var ids = new[] { receiver.Session?.ConnectionId, message.Sender.Session?.ConnectionId }.OfType<string>();
        foreach (var line in logLines(ids))
        {
            Line($"log: {line}");
        }

        return text.ToString();

        void Line(string line) => text.AppendLine(CultureInfo.InvariantCulture, $"  {line}");

        void Entries(IReadOnlyList<HistoryEntry> entries)
        {
            foreach (var entry in entries.Skip(entries.Count - MostEntries))
            {
                Line($"{entry}");
            }
        }

        // What the receiver saw just before and after: the edge of a gap, or what came out of order.
        void Around()
        {
            var near = receiver.Arrivals
                .Select(other => (Other: other, Receipt: other.Receipts.First(receipt => receipt.Client == receiver)))
                .OrderBy(entry => Math.Abs((entry.Receipt.At - (message.Receipts.Count > 0 ? message.Receipts[0].At : message.SentAt)).Ticks))
                .Take(8).OrderBy(entry => entry.Receipt.At);
            foreach (var (other, receipt) in near)
            {
                Line($"{new HistoryEntry(receipt.At, $"received message {other.Id}, sequenceId {receipt.SequenceId}")}");
            }
        }
    }
}
