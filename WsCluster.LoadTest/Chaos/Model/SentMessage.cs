namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>A message, from the first time it was sent on.</summary>
/// <param name="id">Unique in the run; it is what the message carries.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="target">Where to.</param>
/// <param name="sequence">Counts the sender's messages to this target.</param>
/// <param name="sentAt">When it was sent first.</param>
internal sealed class SentMessage(int id, ClientRecord sender, Target target, long sequence, TimeSpan sentAt)
{
    private readonly List<Receipt> _receipts = [];
    private readonly List<HistoryEntry> _history = [];

    public int Id => id;

    public ClientRecord Sender => sender;

    public Target Target => target;

    public long Sequence => sequence;

    public TimeSpan SentAt => sentAt;

    public MessageState State { get; private set; }

    /// <summary>Whether an attempt was answered with an error: the next one may come after later messages.</summary>
    public bool WasRefused { get; private set; }

    /// <summary>Its place in the hub's order, as the first receiver saw it; 0 if there was none.</summary>
    public long SequenceId => _receipts.Count == 0 ? 0 : _receipts[0].SequenceId;

    public IReadOnlyList<Receipt> Receipts => _receipts;

    /// <summary>What happened to it on its sender's side, but for the ordinary.</summary>
    public IReadOnlyList<HistoryEntry> History => _history;

    public void Note(string what, TimeSpan at) => _history.Add(new HistoryEntry(at, what));

    public void Acked(TimeSpan at)
    {
        State = MessageState.Acked;
        Note("acked", at);
    }

    public void Refused(string error, TimeSpan at)
    {
        WasRefused = true;
        Note($"refused: {error}", at);
    }

    public void GivenUp(string reason, TimeSpan at)
    {
        State = MessageState.Uncertain;
        Note($"given up: {reason}", at);
    }

    public void Received(Receipt receipt) => _receipts.Add(receipt);

    public int CountReceipts(ClientRecord client)
    {
        var count = 0;
        foreach (var receipt in _receipts)
        {
            count += receipt.Client == client ? 1 : 0;
        }

        return count;
    }
}
