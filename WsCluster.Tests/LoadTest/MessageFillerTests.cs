using System.IO.Compression;
using System.Text.Json;
using WsCluster.LoadTest.Load.Markers;
using WsCluster.LoadTest.Load.Traffic;

namespace WsCluster.Tests.LoadTest;

/// <summary>The data of the messages behind their markers.</summary>
public sealed class MessageFillerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(96)]
    [InlineData(20_000)]
    public void Is_as_long_as_asked_for_and_nothing_has_to_be_escaped(int length) => Assert.All(Texts(length), text =>
    {
        Assert.Equal(length, text.Length);
        Assert.Equal(length + 2, JsonSerializer.SerializeToUtf8Bytes(System.Text.Encoding.ASCII.GetString(text)).Length);
        Assert.DoesNotContain(Marker.First, text);
    });

    [Fact]
    public void Messages_one_after_another_differ() => Assert.True(Texts(96).Select(Convert.ToBase64String).Distinct().Count() > 10);

    [Fact]
    public void Every_run_is_sent_the_same() => Assert.Equal(Texts(96), Texts(96));

    [Theory]
    [InlineData(500, 0.5, 0.9)]
    [InlineData(4_000, 0.3, 0.6)]
    public void Is_compressed_like_text(int length, double least, double most) =>
        Assert.All(Texts(length), text => Assert.InRange((double)Compressed(text) / length, least, most));

    private static byte[][] Texts(int length)
    {
        var filler = new MessageFiller(length);
        return [.. Enumerable.Range(0, 16).Select(number => filler.Of((uint)number).ToArray())];
    }

    private static long Compressed(byte[] text)
    {
        using var target = new MemoryStream();
        using (var deflate = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(text);
        }

        return target.Length;
    }
}
