using System.Net;
using System.Net.Sockets;
using System.Text;
using WsCluster.LoadTest.Load.Markers;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Peers;
using WsCluster.Server.Clients.WebSockets;

namespace WsCluster.Tests.LoadTest;

/// <summary>A client of the generator that agreed on permessage-deflate, and what a node sends it.</summary>
public sealed class CompressedSubscriberTests : IDisposable, IMarkerSink
{
    private static readonly byte[] Ping = [0x89, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly EventLoop _loop = new(TestContext.Current.CancellationToken);
    private readonly List<Marker> _found = [];

    public CompressedSubscriberTests() => _listener.Start();

    [Theory]
    [InlineData(7)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Finds_every_marker_and_answers_pings_wherever_the_stream_is_cut(int read)
    {
        // Shorter than what is compressed; compressed, and twice so that the second comes from what was kept; with long headers.
        byte[][] messages = [Message(0, 50), Message(1, 500), Message(1, 500), Message(2, 20_000), Message(3, 300_000)];
        var frames = messages.Select(message => PerMessageDeflate.Compress(WebSocketFrame.Build(WebSocketFrame.Text, message))).ToArray();
        Assert.True(frames[^1].Length is > ushort.MaxValue and < 300_000);
        byte[] stream = [.. frames[0], .. Ping, .. frames.Skip(1).SelectMany(frame => frame), .. Ping];

        using var server = Connect(new Protocol(), out var client);
        for (var at = 0; at < stream.Length; at += read)
        {
            var sent = server.Send(stream.AsSpan(at, Math.Min(read, stream.Length - at)));
            var expected = at + sent;
            Assert.True(_loop.Run(() => _loop.BytesReceived == expected, TimeSpan.FromSeconds(10)));
        }

        Assert.Equal([0u, 1, 1, 2, 3], _found.Select(marker => marker.Sequence));
        var pongs = new byte[2 * ClientFrame.Pong.Length];
        Assert.Equal(pongs.Length, server.Receive(pongs));
        Assert.Equal([.. ClientFrame.Pong, .. ClientFrame.Pong], pongs);
        client.Dispose();
    }

    [Fact]
    public void A_message_that_cannot_be_inflated_ends_the_connection()
    {
        using var server = Connect(new Protocol(), out var client);
        server.Send([0xC1, 3, 0xFF, 0xFF, 0xFF]);
        Assert.True(_loop.Run(() => client.IsClosed, TimeSpan.FromSeconds(10)));
        Assert.Contains("sent what can't be inflated", client.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover", null)]
    [InlineData("permessage-deflate", "did not answer with 'permessage-deflate; server_no_context_takeover'")]
    public void A_server_that_does_not_agree_is_not_measured(string agreement, string? failure)
    {
        using var server = Connect(new Protocol(UpgradeRequest.Step(_listener.LocalEndpoint, "/", compressed: true)), out var client);
        server.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Extensions: {agreement}\r\n\r\n"));
        Assert.True(_loop.Run(() => client.IsOpen || client.IsClosed, TimeSpan.FromSeconds(10)));
        Assert.Equal(failure is null, client.IsOpen);
        Assert.Contains(failure ?? "", client.Failure ?? "", StringComparison.Ordinal);
        client.Dispose();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _loop.Dispose();
    }

    void IMarkerSink.Found(Subscriber subscriber, in Marker marker, long now) => _found.Add(marker);

    private static byte[] Message(uint sequence, int size)
    {
        var message = Encoding.ASCII.GetBytes("{\"data\":\"").Concat(new byte[Marker.Length]).Concat(new MessageFiller(size).Of(sequence).ToArray()).ToArray();
        new Marker(0, sequence, 0).Write(message.AsSpan("{\"data\":\"".Length));
        return message;
    }

    private Socket Connect(Protocol protocol, out Subscriber client)
    {
        client = Subscriber.Create(_loop, _listener.LocalEndpoint, protocol, new Group("g"), firstLine: 0, this);
        client.Start();
        return _listener.AcceptSocket();
    }

    /// <param name="opening">By default it opens without a word.</param>
    private sealed class Protocol(params OpeningStep[] opening) : IWireProtocol
    {
        public byte[] Heartbeat => ClientFrame.Pong;

        public MessageInflater Inflater { get; } = new();

        public IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group) => opening;

        public IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group) => opening;

        public byte[] Message(string group, ReadOnlySpan<byte> payload) => throw new NotSupportedException();
    }
}
