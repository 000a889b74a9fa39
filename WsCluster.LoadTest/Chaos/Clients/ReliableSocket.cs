using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>One WebSocket of a reliable client, from its handshake to its end.</summary>
internal sealed class ReliableSocket : IDisposable
{
    private const string Subprotocol = "json.reliable.webpubsub.azure.v1";
    private const int Broken = 1006;

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<string> _outgoing = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });

    private ReliableSocket()
    {
        _socket.Options.Proxy = null;
        _socket.Options.KeepAliveInterval = TimeSpan.Zero; // The client's own pings are the protocol's.
        _socket.Options.AddSubProtocol(Subprotocol);
    }

    /// <summary>Opens one; null if that fails or takes too long.</summary>
    public static async Task<ReliableSocket?> TryOpenAsync(Uri url, TimeSpan limit, CancellationToken stop)
    {
        var socket = new ReliableSocket();
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
            deadline.CancelAfter(limit);
            await socket._socket.ConnectAsync(url, deadline.Token);
            return socket;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or HttpRequestException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Puts a message behind those that wait to be written.</summary>
    public void Send(string message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Reads messages until the end.</summary>
    /// <returns>The close code, 1006 if there was none, and what is known besides.</returns>
    public async Task<(int Code, string How)> RunAsync(Action<ReadOnlyMemory<byte>> onMessage)
    {
        var writing = WriteAsync();
        (int, string) end;
        try
        {
            end = await ReadAsync(onMessage);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            end = (Broken, exception.Message);
        }

        _outgoing.Writer.TryComplete();
        _socket.Abort();
        await writing;
        return end;
    }

    /// <summary>Drops the connection without a word: the session can be recovered.</summary>
    public void Abort() => _socket.Abort();

    public void Dispose() => _socket.Dispose();

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync())
            {
                await _socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            _socket.Abort(); // The reader says why.
        }
    }

    private async Task<(int Code, string How)> ReadAsync(Action<ReadOnlyMemory<byte>> onMessage)
    {
        var buffer = new byte[4 * 1024];
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
                return ((int)_socket.CloseStatus!.Value, $"closed with {(int)_socket.CloseStatus} {_socket.CloseStatusDescription}");
            }

            length += result.Count;
            if (result.EndOfMessage)
            {
                onMessage(buffer.AsMemory(0, length));
                length = 0;
            }
        }
    }
}
