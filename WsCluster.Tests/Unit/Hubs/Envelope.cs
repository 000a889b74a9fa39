using System.Buffers;
using System.Text;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>A message in a form that generators and assertions can hold; sent through the bytes that nodes exchange.</summary>
internal sealed record Envelope
{
    public TargetKind Kind { get; init; } = TargetKind.Group;

    public string Target { get; init; } = "g";

    public DataType DataType { get; init; } = DataType.Text;

    public byte[] Data { get; init; } = [];

    public string? FromUserId { get; init; }

    public string? FromConnectionId { get; init; }

    public string[] Excluded { get; init; } = [];

    public string? Inbox { get; init; }

    public long Receipt { get; init; }

    public string? DedupKey { get; init; }

    public string? DedupMember { get; init; }

    public OutgoingMessage Outgoing => new()
    {
        Kind = Kind,
        Target = Target,
        DataType = DataType,
        Data = Data,
        FromUserId = FromUserId,
        FromConnectionId = FromConnectionId,
        Excluded = Excluded,
        Inbox = Inbox,
        Receipt = Receipt,
        DedupKey = DedupKey,
        DedupMember = DedupMember,
        Size = Data.Length + Target.Length + Excluded.Sum(id => id.Length),
    };

    public static Envelope Text(string text) => new() { Data = Encoding.UTF8.GetBytes(text) };

    /// <summary>The message in a batch, with the length before it.</summary>
    public byte[] ToBytes(int place = 0, string ownInbox = "own.0")
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageFormat.Write(buffer, Outgoing, place, ownInbox);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The message as the receiving node has it.</summary>
    public IncomingMessage Receive(long offset = 1)
    {
        var incoming = new IncomingMessage();
        ReceiveInto(incoming, first: offset);
        return incoming;
    }

    public void ReceiveInto(IncomingMessage incoming, int place = 0, string ownInbox = "own.0", long first = 1)
    {
        var batch = new MessageReader(ToBytes(place, ownInbox));
        incoming.Read(batch.ReadMessage(), first);
        Assert.True(batch.AtEnd);
    }
}
