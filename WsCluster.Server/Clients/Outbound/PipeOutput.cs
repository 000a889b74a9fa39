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
        while (taken < bytes.Length && !_gone)
        {
            var chunk = bytes[taken..Math.Min(bytes.Length, taken + MaxChunk)];
            taken += chunk.Length;
            if (!TryBeginFlush(chunk))
            {
                break;
            }

            if (!_flush.IsCompleted)
            {
                _flush.UnsafeOnCompleted(_onFlushed ??= OnFlushed);
                return OutputState.Full;
            }

            EndFlush();
        }

        return _gone ? OutputState.Gone : OutputState.Ready;
    }

    public void OnReady(Action callback) => _onReady = callback;

    private bool TryBeginFlush(ReadOnlySpan<byte> bytes)
    {
        try
        {
            pipe.Write(bytes);
            _flush = pipe.FlushAsync().GetAwaiter();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            _gone = true; // Somebody has completed the pipe: it is the end of the connection.
        }

        return !_gone;
    }

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
