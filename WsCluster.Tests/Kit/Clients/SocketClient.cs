using System.Net.WebSockets;
using System.Text;

namespace WsCluster.Tests.Kit;

/// <summary>A WebSocket with a reader in the background; what the messages mean is up to the derived class.</summary>
public abstract class SocketClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly TaskCompletionSource<SocketClosure> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closing;

    /// <summary>Takes over a connected socket; <see cref="StartReading"/> follows.</summary>
    protected SocketClient(ClientWebSocket socket)
    {
        _socket = socket;
        NodeId = socket.HttpResponseHeaders?.TryGetValue("x-wscluster-node", out var values) == true ? values.FirstOrDefault() : null;
        socket.HttpResponseHeaders = null;
    }

    /// <summary>The node that answered the handshake, as its header said.</summary>
    public string? NodeId { get; }

    /// <summary>The sub-protocol that the server chose.</summary>
    public string? Subprotocol => _socket.SubProtocol;

    /// <summary>Completes when the connection is over.</summary>
    public Task<SocketClosure> Closed => _closed.Task;

    /// <summary>Whether the connection is still there.</summary>
    public bool IsOpen => !_closed.Task.IsCompleted;

    /// <summary>Opens a socket.</summary>
    /// <exception cref="WebSocketException">The server refused.</exception>
    public static async Task<ClientWebSocket> OpenAsync(Uri url, params string[] subprotocols)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.Proxy = null;
        foreach (var subprotocol in subprotocols)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            deadline.CancelAfter(Eventually.DefaultDeadline);
            await socket.ConnectAsync(url, deadline.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a text message.</summary>
    public Task SendTextAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    /// <summary>Sends a binary message.</summary>
    public Task SendBinaryAsync(ReadOnlyMemory<byte> bytes) => SendAsync(bytes, WebSocketMessageType.Binary);

    /// <summary>Sends a message, or a part of one.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, bool endOfMessage = true)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(bytes, type, endOfMessage, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends a close frame (1000) and waits for the answer.</summary>
    public async Task<SocketClosure> CloseAsync()
    {
        _closing = true;
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return await Closed.Within("the server answers the close frame");
    }

    /// <summary>Waits until the server has closed the connection.</summary>
    public Task<SocketClosure> WaitForCloseAsync() => Closed.Within("the server closes the connection");

    /// <summary>Drops the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await Closed;
        _socket.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the reader.</summary>
    protected void StartReading() => _ = ReadAsync();

    /// <summary>A whole message; called on the reader, never at the same time.</summary>
    protected abstract void OnMessage(ReadOnlyMemory<byte> message, WebSocketMessageType type);

    /// <summary>The connection is over; called once.</summary>
    protected virtual void OnClosed(SocketClosure closure)
    {
    }

    private async Task ReadAsync()
    {
        SocketClosure closure;
        try
        {
            closure = await ReadToCloseAsync();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            closure = new SocketClosure(SocketClosure.Abnormal, exception.Message);
        }
        catch (Exception exception)
        {
            // A message that the derived class can't read fails whoever waits for this client.
            closure = new SocketClosure(SocketClosure.Abnormal, exception.ToString());
            _socket.Abort();
        }

        OnClosed(closure);
        _closed.TrySetResult(closure);
    }

    private async Task<SocketClosure> ReadToCloseAsync()
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * length);
            }

            var result = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                var closure = new SocketClosure((int)_socket.CloseStatus!.Value, _socket.CloseStatusDescription);
                // The answer to our own close frame may be here before ClientWebSocket has noted that it sent one: it needs no answer.
                if (!_closing && _socket.State == WebSocketState.CloseReceived)
                {
                    await _socket.CloseOutputAsync(_socket.CloseStatus.Value, null, CancellationToken.None);
                }

                return closure;
            }

            length += result.Count;
            if (result.EndOfMessage)
            {
                OnMessage(buffer.AsMemory(0, length), result.MessageType);
                length = 0;
            }
        }
    }
}
