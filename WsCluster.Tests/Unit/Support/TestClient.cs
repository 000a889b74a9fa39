using System.Buffers;
using System.IO.Pipelines;
using WsCluster.Server;
using WsCluster.Server.Clients;

namespace WsCluster.Tests.Unit.Support;

/// <summary>A connection whose transport is a pipe in memory, which takes everything at once.</summary>
internal sealed class TestClient
{
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

    public TestClient(NodeOptions? options = null)
    {
        Connection = TestConnection.New(id: "c", options: options);
        Connection.Outbound.Start(_pipe.Writer, first: null);
    }

    public ClientConnection Connection { get; }

    /// <summary>Flushes, and reads what the client has got since the last call.</summary>
    public List<DecodedFrame> Receive()
    {
        Connection.Outbound.Flush();
        List<byte> bytes = [];
        while (_pipe.Reader.TryRead(out var result))
        {
            bytes.AddRange(result.Buffer.ToArray());
            _pipe.Reader.AdvanceTo(result.Buffer.End);
        }

        return DecodedFrame.All(bytes.ToArray());
    }
}
