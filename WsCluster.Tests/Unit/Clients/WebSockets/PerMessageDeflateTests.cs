using System.IO.Compression;
using CsCheck;
using Microsoft.AspNetCore.Http;
using WsCluster.Server.Clients.WebSockets;

namespace WsCluster.Tests.Unit.Clients.WebSockets;

public sealed class PerMessageDeflateTests
{
    [Theory]
    [InlineData("permessage-deflate", true)]
    [InlineData("permessage-deflate; client_max_window_bits", true)]
    [InlineData("Permessage-Deflate; Client_Max_Window_Bits=12; server_no_context_takeover", true)]
    [InlineData("permessage-deflate; server_max_window_bits=15; client_no_context_takeover", true)]
    [InlineData("permessage-deflate; server_max_window_bits=\"15\"", true)]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate", true)]
    [InlineData("x-webkit-deflate-frame, permessage-deflate", true)]
    [InlineData("", false)]
    [InlineData("permessage-bzip2", false)]
    [InlineData("permessage-deflate; server_max_window_bits=10", false)]
    [InlineData("permessage-deflate; server_max_window_bits", false)]
    [InlineData("permessage-deflate; client_max_window_bits=16", false)]
    [InlineData("permessage-deflate; client_max_window_bits=7", false)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover", false)]
    [InlineData("permessage-deflate; unknown", false)]
    public void Agrees_to_offers_that_it_can_keep(string header, bool agreed) =>
        Assert.Equal(agreed, PerMessageDeflate.IsOffered(new HeaderDictionary { ["Sec-WebSocket-Extensions"] = header }));

    [Fact]
    public void A_compressed_frame_inflates_to_what_it_was() => Gen.Select(Gen.Byte[0, 3].Array[0, 100_000], Gen.Bool).Sample((payload, text) =>
    {
        var frame = WebSocketFrame.Build(text ? WebSocketFrame.Text : WebSocketFrame.Binary, payload);
        var compressed = PerMessageDeflate.Compress(frame);
        if (payload.Length < 256)
        {
            Assert.Same(frame, compressed);
            return;
        }

        Assert.Equal(frame[0] | 0x40, compressed[0]);
        Assert.True(compressed.Length < frame.Length);
        using var source = new MemoryStream([.. WebSocketFrame.Payload(compressed), 0x00, 0x00, 0xFF, 0xFF]);
        using var inflate = new DeflateStream(source, CompressionMode.Decompress);
        var inflated = new byte[payload.Length];
        inflate.ReadExactly(inflated);
        Assert.Equal(payload, inflated);
    }, iter: 100);

    [Fact]
    public void What_does_not_get_shorter_stays_as_it_is()
    {
        var payload = new byte[1000];
        new Random(7).NextBytes(payload);
        var frame = WebSocketFrame.Build(WebSocketFrame.Binary, payload);
        Assert.Same(frame, PerMessageDeflate.Compress(frame));
    }
}
