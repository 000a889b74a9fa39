using System.Text;
using System.Text.Json;
using CsCheck;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients.Json;

/// <summary>Frames that answer one client (protocol, sections 2.2, 7 and 8).</summary>
public sealed class JsonFramesTests
{
    [Fact]
    public void Frames_are_written_as_documented()
    {
        AssertFrame("""{"type":"pong"}""", JsonFrames.Pong);
        AssertFrame("""{"type":"system","event":"connected","userId":"u","connectionId":"c.n"}""", JsonFrames.Connected("c.n", "u"));
        AssertFrame("""{"type":"system","event":"connected","userId":null,"connectionId":"c.n"}""", JsonFrames.Connected("c.n", null));
        AssertFrame(
            """{"type":"system","event":"connected","userId":"u","connectionId":"c.n","reconnectionToken":"t"}""", JsonFrames.Connected("c.n", "u", "t"));
        AssertFrame("""{"type":"system","event":"disconnected","message":"why"}""", JsonFrames.Disconnected("why"));
        AssertFrame("""{"type":"ack","ackId":1,"success":true}""", JsonFrames.Ack(1, SendOutcome.Success));
    }

    [Fact]
    public void A_failed_ack_is_written_as_documented() => AssertFrame(
        """{"type":"ack","ackId":1,"success":false,"error":{"name":"Forbidden","message":"no"}}""",
        JsonFrames.Ack(1, new SendOutcome("Forbidden", "no")));

    [Fact]
    public void A_failed_invocation_is_written_as_documented() => AssertFrame(
        """{"type":"invokeResponse","invocationId":"1","success":false,"error":{"name":"NotFound","message":"no"}}""",
        JsonFrames.InvocationFailed("1", "NotFound", "no"));

    [Fact]
    public void A_closed_stream_is_written_as_documented() => AssertFrame(
        """{"type":"streamClosed","streamId":"s","error":{"name":"StreamNotFound","message":"no"}}""",
        JsonFrames.StreamClosed("s", "StreamNotFound", "no"));

    [Theory]
    [InlineData(0UL)]
    [InlineData(9UL)]
    [InlineData(9007199254740993UL)]
    [InlineData(ulong.MaxValue)]
    public void An_ack_fits_its_buffer_whatever_its_id(ulong ackId)
    {
        Span<byte> buffer = stackalloc byte[JsonAck.MaxLength];

        Assert.Equal($$"""{"type":"ack","ackId":{{ackId}},"success":true}""", Encoding.UTF8.GetString(JsonAck.Success(ackId, buffer)));
        Assert.Equal(ackId, DecodedFrame.Single(JsonFrames.Ack(ackId, SendOutcome.NotFound("x"))).Json.GetProperty("ackId").GetUInt64());
    }

    [Fact]
    public void Whatever_the_strings_are_a_JSON_parser_finds_them_again()
    {
        Gen.Select(Texts.Any, Texts.Any, Gen.ULong).Sample(
            (one, two, ackId) =>
            {
                var connected = DecodedFrame.Single(JsonFrames.Connected(one, two)).Json;
                AssertText(one, connected.GetProperty("connectionId"));
                AssertText(two, connected.GetProperty("userId"));
                AssertText(one, DecodedFrame.Single(JsonFrames.Disconnected(one)).Json.GetProperty("message"));

                var ack = DecodedFrame.Single(JsonFrames.Ack(ackId, new SendOutcome(one, two))).Json;
                Assert.Equal(ackId, ack.GetProperty("ackId").GetUInt64());
                Assert.False(ack.GetProperty("success").GetBoolean());
                AssertText(one, ack.GetProperty("error").GetProperty("name"));
                AssertText(two, ack.GetProperty("error").GetProperty("message"));

                AssertText(one, DecodedFrame.Single(JsonFrames.InvocationFailed(one, "n", two)).Json.GetProperty("invocationId"));
                AssertText(one, DecodedFrame.Single(JsonFrames.StreamClosed(one, "n", two)).Json.GetProperty("streamId"));
            },
            iter: 2_000);
    }

    private static void AssertText(string expected, JsonElement actual) => Assert.Equal(Texts.ThroughUtf8(expected), actual.GetString());

    private static void AssertFrame(string expected, byte[] bytes)
    {
        var frame = DecodedFrame.Single(bytes);
        Assert.True(frame.Final);
        Assert.Equal(1, frame.Opcode); // The SDKs take nothing but text frames.
        Assert.Equal(expected, frame.Text);
    }
}
