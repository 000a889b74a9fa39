using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CsCheck;
using WsCluster.Server.Clients;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients.Json;

/// <summary>Data frames (protocol, section 2.2).</summary>
public sealed class JsonMessageFrameTests
{
    private static readonly Gen<string?> Name = Texts.Any.Null();

    [Fact]
    public void A_message_to_a_group_is_written_as_documented()
    {
        AssertFrame(
            """{"type":"message","from":"group","group":"g","fromUserId":"u","dataType":"text","data":"hello"}""",
            Envelope.Text("hello") with { FromUserId = "u", FromConnectionId = "never shown" });
        AssertFrame(
            """{"type":"message","from":"group","group":"g","dataType":"json","data":{"a": 1.10}}""",
            Envelope.Text("""{"a": 1.10}""") with { DataType = DataType.Json });
        AssertFrame(
            """{"type":"message","from":"group","group":"g","dataType":"binary","data":"+/8="}""",
            new Envelope { DataType = DataType.Binary, Data = [0xfb, 0xff] });
        AssertFrame(
            """{"type":"message","from":"group","group":"g","dataType":"protobuf","data":""}""",
            new Envelope { DataType = DataType.Protobuf });
    }

    /// <summary>The offset is the sequenceId; the plain frame of the same message has none.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(9007199254740991)]
    public void A_reliable_client_gets_the_offset_as_sequenceId(long offset)
    {
        var toGroup = (Envelope.Text("hello") with { FromUserId = "u" }).Receive(offset);
        Assert.Equal(
            $$"""{"type":"message","from":"group","group":"g","sequenceId":{{offset}},"fromUserId":"u","dataType":"text","data":"hello"}""",
            DecodedFrame.Single(toGroup.Frame(FrameKind.ReliableJson)).Text);
        Assert.False(DecodedFrame.Single(toGroup.Frame(FrameKind.Json)).Json.TryGetProperty("sequenceId", out _));

        var toUser = (Envelope.Text("hello") with { Kind = TargetKind.User }).Receive(offset);
        Assert.Equal(
            $$"""{"type":"message","from":"server","sequenceId":{{offset}},"dataType":"text","data":"hello"}""",
            DecodedFrame.Single(toUser.Frame(FrameKind.ReliableJson)).Text);
    }

    [Theory]
    [InlineData(nameof(TargetKind.User))]
    [InlineData(nameof(TargetKind.Connection))]
    [InlineData(nameof(TargetKind.Hub))]
    public void Any_other_message_is_from_the_server(string kind)
    {
        var message = Envelope.Text("hello") with { Kind = Enum.Parse<TargetKind>(kind), Target = "t" };

        AssertFrame("""{"type":"message","from":"server","dataType":"text","data":"hello"}""", message);
        AssertFrame(
            """{"type":"message","from":"server","fromUserId":"u","fromConnectionId":"c","dataType":"text","data":"hello"}""",
            message with { FromUserId = "u", FromConnectionId = "c" });
    }

    [Fact]
    public void Whatever_the_strings_are_a_JSON_parser_finds_them_again()
    {
        Gen.Select(Gen.Enum<TargetKind>(), Texts.Any, Name, Name, Texts.Any).Sample(
            (kind, target, userId, connectionId, text) =>
            {
                var message = Envelope.Text(text) with { Kind = kind, Target = target, FromUserId = userId, FromConnectionId = connectionId };
                var frame = DecodedFrame.Single(message.Receive().Frame(FrameKind.Json));

                Assert.Equal(1, frame.Opcode);
                var json = frame.Json;
                Assert.Equal("message", json.GetProperty("type").GetString());
                Assert.Equal(kind == TargetKind.Group ? "group" : "server", json.GetProperty("from").GetString());
                Assert.Equal("text", json.GetProperty("dataType").GetString());
                Assert.Equal(Texts.ThroughUtf8(text), json.GetProperty("data").GetString());
                AssertMember(json, "group", kind == TargetKind.Group ? target : null);
                AssertMember(json, "fromUserId", userId);
                AssertMember(json, "fromConnectionId", kind == TargetKind.Group ? null : connectionId);
            },
            iter: 2_000);
    }

    [Fact]
    public void Bytes_come_back_from_their_base64()
    {
        Gen.Byte.Array[0, 2_000].Sample(data =>
        {
            var frame = DecodedFrame.Single(new Envelope { DataType = DataType.Binary, Data = data }.Receive().Frame(FrameKind.Json));
            return frame.Json.GetProperty("data").GetBytesFromBase64().AsSpan().SequenceEqual(data);
        });
    }

    [Fact]
    public void A_builder_builds_the_next_frame_as_if_it_were_the_first()
    {
        Texts.WellFormed.Array[1, 6].Sample(texts =>
        {
            var incoming = new IncomingMessage();
            foreach (var text in texts)
            {
                Envelope.Text(text).ReceiveInto(incoming);
                Assert.Equal(Envelope.Text(text).Receive().Frame(FrameKind.Json), incoming.Frame(FrameKind.Json));
                Assert.Equal(text, DecodedFrame.Single(incoming.Frame(FrameKind.Raw)).Text);
            }
        });
    }

    [Fact]
    public void A_huge_message_does_not_pin_its_size()
    {
        var builder = new JsonMessageFrame();
        builder.Build(Envelope.Text(new string('x', 8 * 1024 * 1024)).Receive());
        builder.Build(Envelope.Text("small").Receive());

        Assert.InRange(Buffer(builder).Capacity, 0, 512 * 1024);
    }

    private static void AssertFrame(string expected, Envelope message)
    {
        var frame = DecodedFrame.Single(message.Receive().Frame(FrameKind.Json));
        Assert.True(frame.Final);
        Assert.Equal(1, frame.Opcode);
        Assert.Equal(expected, Encoding.UTF8.GetString(frame.Payload));
    }

    private static void AssertMember(JsonElement json, string name, string? expected)
    {
        Assert.Equal(expected is not null, json.TryGetProperty(name, out var value));
        if (expected is not null)
        {
            Assert.Equal(Texts.ThroughUtf8(expected), value.GetString());
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_buffer")]
    private static extern ref ArrayBufferWriter<byte> Buffer(JsonMessageFrame builder);
}
