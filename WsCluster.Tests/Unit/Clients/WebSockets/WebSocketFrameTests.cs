using CsCheck;
using WsCluster.Server.Clients.WebSockets;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients.WebSockets;

public sealed class WebSocketFrameTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(124, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(127, 4)]
    [InlineData(128, 4)]
    [InlineData(65534, 4)]
    [InlineData(65535, 4)]
    [InlineData(65536, 10)]
    [InlineData(65537, 10)]
    [InlineData(1048576, 10)]
    public void A_frame_has_the_shortest_header_for_its_length(int length, int headerLength)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);

        var frame = WebSocketFrame.Build(WebSocketFrame.Binary, payload);

        Assert.Equal(headerLength, WebSocketFrame.HeaderLength(length));
        Assert.Equal(headerLength + length, frame.Length);
        var decoded = DecodedFrame.Single(frame);
        Assert.True(decoded.Final);
        Assert.Equal(2, decoded.Opcode);
        Assert.True(payload.AsSpan().SequenceEqual(decoded.Payload));
    }

    [Fact]
    public void Any_payload_comes_back()
    {
        Gen.Select(Gen.Bool, Gen.OneOf(Gen.Int[0, 300], Gen.Int[65500, 65600]), Gen.Byte).Sample((isText, length, filler) =>
        {
            var payload = Enumerable.Repeat(filler, length).ToArray();
            var decoded = DecodedFrame.Single(WebSocketFrame.Build(isText ? WebSocketFrame.Text : WebSocketFrame.Binary, payload));
            return decoded.Final && decoded.Opcode == (isText ? 1 : 2) && decoded.Payload.AsSpan().SequenceEqual(payload);
        });
    }

    [Fact]
    public void The_longest_length_takes_the_longest_header()
    {
        Span<byte> header = stackalloc byte[WebSocketFrame.MaxHeaderLength];

        Assert.Equal(10, WebSocketFrame.WriteHeader(header, WebSocketFrame.Text, int.MaxValue));

        Assert.Equal<byte>([0x81, 127, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff], header.ToArray());
    }

    [Fact]
    public void A_ping_is_final_and_empty()
    {
        var ping = DecodedFrame.Single(WebSocketFrame.Ping);

        Assert.True(ping.Final);
        Assert.Equal(9, ping.Opcode);
        Assert.Empty(ping.Payload);
    }
}
