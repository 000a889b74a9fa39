using System.IO.Pipelines;

namespace WsCluster.Server.Clients.WebSockets;

/// <summary>
/// What System.Net.WebSockets reads from and writes its pongs and close frames to. Reads come straight from the transport; writes go
/// through the connection's queue, so that a control frame never lands inside a message that somebody else is writing.
/// </summary>
internal sealed class UpgradedStream(PipeReader input, OutboundQueue output) : Stream
{
    private const int CloseOpcode = 8;

    private long _lastRead = Environment.TickCount64;

    /// <summary>When bytes last came from the client, milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long LastRead => Volatile.Read(ref _lastRead);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads; an empty buffer waits until there is something to read, and holds no memory meanwhile.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
        while (result.IsCanceled && result.Buffer.IsEmpty && !result.IsCompleted)
        {
            // Kestrel wakes every reader when it is asked to stop. That is not the end of the stream: the client is told by a close frame.
            input.AdvanceTo(result.Buffer.Start);
            result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        Volatile.Write(ref _lastRead, Environment.TickCount64);
        var available = result.Buffer;
        var count = (int)Math.Min(buffer.Length, available.Length);
        if (count == 0)
        {
            input.AdvanceTo(available.Start);
            return 0;
        }

        var taken = available.Slice(0, count);
        System.Buffers.BuffersExtensions.CopyTo(taken, buffer.Span);
        input.AdvanceTo(taken.End);
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The caller uses its buffer again; control frames are small and rare.
        if (!output.Enqueue(buffer.ToArray(), control: true))
        {
            throw new IOException("The client asks for more pongs than it reads.");
        }

        if ((buffer.Span[0] & 0x0f) == CloseOpcode)
        {
            output.End();
        }

        output.Flush();
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
