using System.Buffers;
using System.Text;
using CsCheck;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Hubs;

public sealed class MessageFormatTests
{
    /// <summary>Random messages; ids up to the longest that gets in (4,096 characters of three bytes).</summary>
    internal static readonly Gen<Envelope> AnyEnvelope =
        from kind in Gen.Enum<TargetKind>()
        from dataType in Gen.Enum<DataType>()
        from target in Gen.Frequency((20, Texts.Any), (1, Gen.Const(new string('€', 4096))))
        from user in Texts.Any.Null()
        from connection in Texts.Any.Null()
        from excluded in Texts.Any.Array[0, 5]
        from receipt in Gen.Frequency((1, Gen.Const(0L)), (1, Gen.Long))
        from data in Gen.Frequency((20, Gen.Byte.Array[0, 200]), (1, Gen.Byte.Array[70_000]))
        select new Envelope
        {
            Kind = kind,
            DataType = dataType,
            Target = target,
            FromUserId = user,
            FromConnectionId = connection,
            Excluded = excluded,
            Receipt = receipt,
            Data = data,
        };

    [Fact]
    public void A_message_arrives_as_it_was_sent()
    {
        Gen.Select(AnyEnvelope, Gen.Int[0, ushort.MaxValue]).Sample(
            (sent, place) =>
            {
                var received = new IncomingMessage();
                sent.ReceiveInto(received, place, ownInbox: "node000001.3");
                AssertSame(sent, received);
                Assert.Equal(place, received.Place);
                Assert.Equal(sent.Receipt == 0 ? null : "node000001.3", received.ReceiptInbox);
            },
            iter: 1_000);
    }

    [Fact]
    public void A_batch_is_read_front_to_back()
    {
        var number = Gen.Long[0, 1L << 53];
        Gen.Select(AnyEnvelope.Array[0, 6], Gen.Select(number, number, number, number)).Sample(
            (sent, head) =>
            {
                byte[] batch =
                [
                    .. MessageFormat.BatchPrefix("chat"), .. Encoding.ASCII.GetBytes($"{head.Item4};"),
                    .. MessageReaderTests.Head(head.Item1, head.Item2, head.Item3, head.Item4),
                    .. sent.SelectMany((message, place) => message.ToBytes(place)),
                ];
                var reader = new MessageReader(batch);
                Assert.Equal(MessageFormat.BatchKind, reader.ReadByte());
                Assert.Equal("chat", reader.ReadString8());
                Assert.Equal(head.Item4, reader.ReadNumber());
                Assert.Equal(new BatchHead(head.Item1, head.Item2, head.Item3, head.Item4, "node"), reader.ReadHead());
                var received = new IncomingMessage(); // One for all, as the inbox's reader does it.
                for (var i = 0; i < sent.Length; i++)
                {
                    Assert.False(reader.AtEnd);
                    received.Read(reader.ReadMessage(), head.Item1);
                    Assert.Equal(i, received.Place);
                    Assert.Equal(head.Item1 + i, received.Offset);
                    AssertSame(sent[i], received);
                }

                Assert.True(reader.AtEnd);
            },
            iter: 200);
    }

    [Fact]
    public void Numbers_and_strings_come_back()
    {
        Gen.Select(Gen.Byte, Gen.Long, Texts.Any.Null()).Sample((one, number, text) =>
        {
            var buffer = new ArrayBufferWriter<byte>();
            MessageFormat.WriteByte(buffer, one);
            MessageFormat.WriteInt64(buffer, number);
            MessageFormat.WriteString(buffer, text);
            var reader = new MessageReader(buffer.WrittenSpan);
            return reader.ReadByte() == one && reader.ReadInt64() == number
                && reader.ReadString() == (text is null ? null : Texts.ThroughUtf8(text)) && reader.AtEnd;
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65534)]
    public void A_string_may_have_any_length_below_the_mark_of_null(int length)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageFormat.WriteString(buffer, new string('x', length));

        Assert.Equal(new string('x', length), new MessageReader(buffer.WrittenSpan).ReadString());
    }

    [Fact]
    public void A_longest_hub_name_fits_its_head()
    {
        var name = new string('h', 128);
        var reader = new MessageReader(MessageFormat.BatchPrefix(name));

        Assert.Equal(MessageFormat.BatchKind, reader.ReadByte());
        Assert.Equal(name, reader.ReadString8());
    }

    internal static void AssertSame(Envelope sent, IncomingMessage received)
    {
        Assert.Equal(sent.Kind, received.Kind);
        Assert.Equal(sent.DataType, received.DataType);
        Assert.Equal(Texts.ThroughUtf8(sent.Target), received.Target);
        Assert.Equal(sent.FromUserId is null ? null : Texts.ThroughUtf8(sent.FromUserId), received.FromUserId);
        Assert.Equal(sent.FromConnectionId is null ? null : Texts.ThroughUtf8(sent.FromConnectionId), received.FromConnectionId);
        Assert.Equal(sent.Receipt, received.Receipt);
        Assert.True(received.Data.SequenceEqual(sent.Data));
        foreach (var excluded in sent.Excluded)
        {
            Assert.True(received.Excludes(Texts.ThroughUtf8(excluded)));
        }
    }
}
