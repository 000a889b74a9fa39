using System.Buffers;
using System.Net.WebSockets;
using WsCluster.Server.Telemetry;

namespace WsCluster.Server.Clients;

/// <summary>
/// Reads one client's messages until either side closes. Waits without a buffer: memory is rented when bytes are there, and only as
/// much as has come, whatever length a frame announces.
/// </summary>
/// <param name="connection">The client.</param>
/// <param name="session">What its messages mean.</param>
/// <param name="socket">Where they come from.</param>
/// <param name="abort">Cuts the transport, which ends any read.</param>
/// <param name="options">Limits.</param>
/// <param name="metrics">Counts.</param>
internal sealed class ClientLoop(
    ClientConnection connection, IClientSession session, WebSocket socket, Action abort, NodeOptions options, NodeMetrics metrics)
{
    private const int FirstBuffer = 4096;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>Runs until the connection is over.</summary>
    public async Task RunAsync()
    {
        using var over = new CancellationTokenSource();
        var closing = CloseWhenAskedAsync(over.Token);
        try
        {
            await ReadAsync();
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // The client is gone, broke the WebSocket protocol, or did not answer a close frame in time.
            metrics.Closed("Aborted");
            abort();
        }
        finally
        {
            ReturnBuffer();
            connection.Close(ClientClose.Gone);
            await over.CancelAsync();
            await closing;
        }
    }

    private async Task ReadAsync()
    {
        while (await ReadMessageAsync() is { } type)
        {
            if (!connection.Closing.IsCompleted)
            {
                metrics.ClientMessage();
                if (session.Receive(_buffer.AsSpan(0, _length), type == WebSocketMessageType.Text) is { } close)
                {
                    connection.Close(close);
                }
            }

            ReturnBuffer();
            await WaitForRoomAsync();
        }
    }

    /// <summary>Waits until the client may send more. Nothing is read meanwhile, so its silence means nothing.</summary>
    private async ValueTask WaitForRoomAsync()
    {
        var room = session.WaitForRoomAsync();
        if (!room.IsCompleted)
        {
            connection.IsHeldBack = true;
            await room;
            connection.IsHeldBack = false;
        }
    }

    /// <summary>Reads a message into the buffer; null when the client has closed.</summary>
    private async ValueTask<WebSocketMessageType?> ReadMessageAsync()
    {
        // Completes when there is something to read. An empty message is complete right away.
        var result = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        while (true)
        {
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await AnswerCloseAsync();
                return null;
            }

            if (result.EndOfMessage)
            {
                return result.MessageType;
            }

            if (_length > options.MaxMessageBytes)
            {
                // Goes on reading, into the same place: the peer sees our close frame only if nothing it sent is left unread.
                connection.Close(ClientClose.TooBig(options.MaxMessageBytes));
                _length = 0;
            }

            if (connection.Closing.IsCompleted)
            {
                _length = 0; // Read to be dropped.
            }

            // A receive returns when the place it was given is full, so there must be none beyond the limit: of a longer frame the
            // rest may never come.
            Grow();
            var room = Math.Min(_buffer.Length - _length, options.MaxMessageBytes + 1 - _length);
            result = await socket.ReceiveAsync(_buffer.AsMemory(_length, room), CancellationToken.None);
            _length += result.Count;
            if (_length > options.MaxMessageBytes && result.EndOfMessage)
            {
                connection.Close(ClientClose.TooBig(options.MaxMessageBytes));
            }
        }
    }

    private void Grow()
    {
        if (_length < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, 2 * _buffer.Length));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        var length = _length;
        ReturnBuffer();
        _buffer = larger;
        _length = length;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        _length = 0;
    }

    /// <summary>Answers the client's close frame with its own code.</summary>
    private async Task AnswerCloseAsync()
    {
        if (socket.State == WebSocketState.CloseReceived)
        {
            // Only so does a client say that it will not come back.
            connection.ClosedByClient = socket.CloseStatus is null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.Empty;
            connection.Outbound.Seal(clear: false);
            await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

            // The answer may stand behind much that the client has not read yet.
            await Task.WhenAny(connection.Outbound.WhenDrainedAsync(), Task.Delay(options.CloseTimeout));
        }
    }

    /// <summary>
    /// Sends the close frame when the node wants to close, and gives the client a little time to answer it. Meanwhile what it sends is
    /// read and dropped: closing a socket with unread input would reset it, and the client would never see the code.
    /// </summary>
    private async Task CloseWhenAskedAsync(CancellationToken over)
    {
        var close = await connection.Closing;
        if (close == ClientClose.Gone)
        {
            return;
        }

        metrics.Closed(close.Kind);
        connection.Outbound.Seal(clear: close == ClientClose.SlowClient || close == ClientClose.Unacknowledged);
        try
        {
            if (session.Farewell(close) is { } farewell)
            {
                connection.Outbound.Enqueue(farewell, control: true);
            }

            await socket.CloseOutputAsync(close.Status, close.CloseFrameReason, CancellationToken.None);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It was closed from the other side in the same moment.
        }

        await Task.Delay(options.CloseTimeout, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!over.IsCancellationRequested)
        {
            abort();
        }
    }
}
