using System.Text;
using CsCheck;
using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>What another node's bytes may do: nothing worse than a <see cref="FormatException"/>, which the inbox's reader expects.</summary>
public sealed class MessageReaderTests
{
    [Fact]
    public void Arbitrary_bytes_throw_nothing_but_a_format_exception()
    {
        Gen.Byte.Array[0, 60].Sample(ReadAll, iter: 5_000);
    }

    [Fact]
    public void Damaged_batches_throw_nothing_but_a_format_exception()
    {
        Gen.Select(MessageFormatTests.AnyEnvelope.Array[1, 3], Gen.Select(Gen.Int[0, 2_000], Gen.Byte).Array[0, 4], Gen.Int[0, 2_000]).Sample(
            (messages, changes, length) =>
            {
                byte[] batch =
                [
                    .. MessageFormat.BatchPrefix("h"), .. "17;0;1;2;"u8,
                    .. messages.SelectMany((message, place) => (message with { Target = "t", Data = [1] }).ToBytes(place)),
                ];
                foreach (var (place, value) in changes)
                {
                    batch[place % batch.Length] = value;
                }

                ReadAll(batch[..Math.Min(length, batch.Length)]);
            },
            iter: 3_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("12")]
    [InlineData("x;0;1;2;")]
    [InlineData("12x;0;1;2;")]
    [InlineData(" 12;0;1;2;")]
    [InlineData("99999999999999999999;0;1;2;")]
    [InlineData("12;0;1;")]
    [InlineData("12;0;1;2")]
    [InlineData("12;0;;2;")]
    [InlineData("12;0;1;x;")]
    public void What_is_no_head_is_refused(string text)
    {
        Assert.Throws<FormatException>(() =>
        {
            new MessageReader(Encoding.ASCII.GetBytes(text)).ReadHead();
        });
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0, 0, 0, 0x80 })]
    [InlineData(new byte[] { 1, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0 })]
    public void A_length_beyond_the_end_is_refused(byte[] bytes)
    {
        Assert.Throws<FormatException>(() =>
        {
            new MessageReader(bytes).ReadMessage();
        });
    }

    private static void ReadAll(byte[] bytes)
    {
        try
        {
            var reader = new MessageReader(bytes);
            reader.ReadByte();
            reader.ReadString8();
            var head = reader.ReadHead();
            var message = new IncomingMessage();
            while (!reader.AtEnd)
            {
                message.Read(reader.ReadMessage(), head.First);
                _ = message.Frame(FrameKind.Raw);
            }
        }
        catch (FormatException)
        {
            // As promised.
        }

        try
        {
            new IncomingMessage().Read(new MessageReader(bytes), 1);
        }
        catch (FormatException)
        {
            // As promised.
        }
    }
}
