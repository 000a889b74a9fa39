using System.Text;
using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Hubs;

public sealed class IncomingMessageTests
{
    /// <summary>Protocol, section 4, "Cross-protocol delivery of one message": the column of the simple client.</summary>
    [Theory]
    [InlineData(nameof(DataType.Text), 1)]
    [InlineData(nameof(DataType.Json), 1)]
    [InlineData(nameof(DataType.Binary), 2)]
    [InlineData(nameof(DataType.Protobuf), 2)]
    public void A_simple_client_gets_the_data_alone(string dataType, int opcode)
    {
        var message = Envelope.Text("""{"a": 1}""") with { DataType = Enum.Parse<DataType>(dataType), FromUserId = "u" };

        var frame = DecodedFrame.Single(message.Receive().Frame(FrameKind.Raw));

        Assert.True(frame.Final);
        Assert.Equal(opcode, frame.Opcode);
        Assert.Equal("""{"a": 1}""", frame.Text);
    }

    [Fact]
    public void A_frame_is_built_once_for_all_receivers()
    {
        var message = Envelope.Text("x").Receive();

        Assert.Same(message.Frame(FrameKind.Json), message.Frame(FrameKind.Json));
        Assert.Same(message.Frame(FrameKind.Raw), message.Frame(FrameKind.Raw));
    }

    [Fact]
    public void Frames_that_were_handed_out_stay_as_they_are()
    {
        var message = new IncomingMessage();
        Envelope.Text("first").ReceiveInto(message);
        var (json, raw) = (message.Frame(FrameKind.Json), message.Frame(FrameKind.Raw));

        Envelope.Text("second and longer").ReceiveInto(message);
        _ = (message.Frame(FrameKind.Json), message.Frame(FrameKind.Raw));

        Assert.Equal("first", DecodedFrame.Single(json).Json.GetProperty("data").GetString());
        Assert.Equal("first", DecodedFrame.Single(raw).Text);
    }

    [Fact]
    public void Nothing_of_the_last_message_is_left_in_the_next()
    {
        var message = new IncomingMessage();
        (Envelope.Text(new string('x', 1000)) with
        {
            Kind = TargetKind.Connection,
            FromUserId = "u",
            FromConnectionId = "c",
            Excluded = ["a", "b"],
            Receipt = 9,
        }).ReceiveInto(message);

        Envelope.Text("y").ReceiveInto(message);

        Assert.Equal("y", Encoding.UTF8.GetString(message.Data));
        Assert.Null(message.FromUserId);
        Assert.Null(message.FromConnectionId);
        Assert.Null(message.ReceiptInbox);
        Assert.Equal(0, message.Receipt);
        Assert.False(message.Excludes("a"));
    }

    [Fact]
    public void Connections_are_excluded_by_their_exact_ids()
    {
        var message = (Envelope.Text("x") with { Excluded = ["abc", ""] }).Receive();

        Assert.True(message.Excludes("abc"));
        Assert.True(message.Excludes(""));
        Assert.False(message.Excludes("ABC"));
        Assert.False(message.Excludes("ab"));
        Assert.False(Envelope.Text("x").Receive().Excludes("abc"));
    }

    /// <summary>
    /// A kind that this version does not know makes no sense to it, so it is a format error (<see cref="MessageReader"/>). Taken for the
    /// hub, a newer node's message to a few would go to everybody.
    /// </summary>
    [Theory]
    [InlineData(6, 0)]
    [InlineData(255, 0)]
    [InlineData(0, 4)]
    [InlineData(0, 255)]
    public void Unknown_kinds_are_refused(byte kind, byte dataType)
    {
        var bytes = (Envelope.Text("x") with { Kind = (TargetKind)kind, DataType = (DataType)dataType }).ToBytes();

        Assert.Throws<FormatException>(() => new IncomingMessage().Read(new MessageReader(bytes).ReadMessage(), 1));
    }
}
