using System.Buffers.Binary;
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
                    .. MessageFormat.BatchPrefix("h"), .. "1;"u8, .. Head(17, 0, 1, 2),
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
    [InlineData("x;")]
    [InlineData("12x;")]
    [InlineData(" 12;")]
    [InlineData("99999999999999999999;")]
    public void What_is_no_number_is_refused(string text)
    {
        Assert.Throws<FormatException>(() =>
        {
            new MessageReader(Encoding.ASCII.GetBytes(text)).ReadNumber();
        });
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e16)]
    [InlineData(-1e300)]
    public void A_head_has_whole_numbers(double number)
    {
        for (var place = 0; place < 4; place++)
        {
            double[] numbers = [1, 2, 3, 4];
            numbers[place] = number;
            AssertNoHead(Head(numbers));
        }
    }

    [Fact]
    public void What_is_no_head_is_refused()
    {
        var head = Head(12, -1, 1, 2);
        Assert.Equal(new BatchHead(12, -1, 1, 2, "node"), new MessageReader(head).ReadHead());
        for (var length = 0; length < head.Length; length++)
        {
            AssertNoHead(head[..length]);
        }

        AssertNoHead([.. head[..32], .. "a name that is longer than any that a node can have, so it can only be something else;"u8]);
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

    /// <summary>A head as hub.lua writes it.</summary>
    internal static byte[] Head(params ReadOnlySpan<double> numbers)
    {
        var head = new byte[numbers.Length * sizeof(double)];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteDoubleBigEndian(head.AsSpan(i * sizeof(double)), numbers[i]);
        }

        return [.. head, .. "node;"u8];
    }

    private static void AssertNoHead(byte[] bytes) => Assert.Throws<FormatException>(() =>
    {
        new MessageReader(bytes).ReadHead();
    });

    private static void ReadAll(byte[] bytes)
    {
        try
        {
            var reader = new MessageReader(bytes);
            reader.ReadByte();
            reader.ReadString8();
            reader.ReadNumber();
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
