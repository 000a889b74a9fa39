using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WsCluster.Server.Clients;

/// <summary>An output over a pipe, such as TLS and Kestrel's own sockets have.</summary>
internal sealed class PipeOutput(PipeWriter pipe) : IClientOutput
{
    /// <summary>What a pipe holds of a client that does not read is not bounded by the client's queue.</summary>
    private const int MaxChunk = 64 * 1024;

    private ValueTaskAwaiter<FlushResult> _flush;
    private Action? _onFlushed;
    private Action? _onReady;
    private volatile bool _gone;

    public OutputState Write(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        if (_gone)
        {
            return OutputState.Gone;
        }

        while (taken < bytes.Length)
        {
            var chunk = bytes[taken..Math.Min(bytes.Length, taken + MaxChunk)];
            pipe.Write(chunk);
            taken += chunk.Length;
            _flush = pipe.FlushAsync().GetAwaiter();
            if (!_flush.IsCompleted)
            {
                _flush.UnsafeOnCompleted(_onFlushed ??= OnFlushed);
                return OutputState.Full;
            }

            EndFlush();
            if (_gone)
            {
                return OutputState.Gone;
            }
        }

        return OutputState.Ready;
    }

    public void OnReady(Action callback) => _onReady = callback;

    private void OnFlushed()
    {
        EndFlush();
        _onReady!();
    }

    private void EndFlush()
    {
        try
        {
            _gone |= _flush.GetResult().IsCompleted;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            _gone = true; // The connection is gone; its reader sees it, too.
        }
    }
}
