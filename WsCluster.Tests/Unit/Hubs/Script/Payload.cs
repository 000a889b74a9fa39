using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>What came through an inbox.</summary>
/// <param name="Number">Its number among those of the hub and inbox.</param>
/// <param name="Head">Head of the batch.</param>
/// <param name="Messages">Messages.</param>
internal sealed record Payload(long Number, BatchHead Head, IReadOnlyList<PayloadMessage> Messages)
{
    public static Payload Read(byte[] bytes)
    {
        var reader = new MessageReader(bytes);
        Assert.Equal(MessageFormat.BatchKind, reader.ReadByte());
        Assert.Equal(ScriptHub.Name, reader.ReadString8());
        var number = reader.ReadNumber();
        var head = reader.ReadHead();
        return new Payload(number, head, ReadMessages(reader.ReadRest(), head));
    }

    public static List<PayloadMessage> ReadMessages(ReadOnlySpan<byte> bytes, BatchHead head)
    {
        List<PayloadMessage> messages = [];
        var reader = new MessageReader(bytes);
        var message = new IncomingMessage();
        while (!reader.AtEnd)
        {
            message.Read(reader.ReadMessage(), head.First);
            messages.Add(new PayloadMessage(message.Offset, message.Kind, message.Target, System.Text.Encoding.UTF8.GetString(message.Data)));
        }

        return messages;
    }

    public override string ToString() => $"{Number}, {Head}: {string.Join(", ", Messages)}";
}

internal sealed record PayloadMessage(long Offset, TargetKind Kind, string Target, string Text);
