using System.Net;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>A client of a peer: opens as its protocol says, answers its pings, and lets nobody read what else comes.</summary>
internal class ClientConnection(EventLoop loop, EndPoint endpoint, IReadOnlyList<OpeningStep> opening, IWireProtocol protocol)
    : LoadConnection(loop, endpoint, opening)
{
    /// <summary>Pings are short. In a longer read one may hide, and go unanswered; the heartbeats make up for that.</summary>
    private const int MaxPing = 64;

    private const byte WebSocketPing = 0x89;

    /// <summary>Called when an open connection ended.</summary>
    public Action<ClientConnection>? Ended { get; set; }

    /// <summary>Sends a sign of life, so that no server takes a client that only listens for dead.</summary>
    public void Beat()
    {
        if (IsOpen)
        {
            Append(protocol.Heartbeat);
            Flush();
        }
    }

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is > 0 and <= MaxPing)
        {
            Answer(bytes);
        }

        return 0;
    }

    protected override void OnEnded() => Ended?.Invoke(this);

    private void Answer(ReadOnlySpan<byte> bytes)
    {
        var answer = bytes[0] == WebSocketPing ? ClientFrame.Pong : protocol.AnswerTo(bytes);
        if (answer is not null)
        {
            Append(answer);
            Flush();
        }
    }
}
