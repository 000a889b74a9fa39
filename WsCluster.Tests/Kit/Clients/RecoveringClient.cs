using System.Text.Json;

namespace WsCluster.Tests.Kit;

/// <summary>
/// A client of the reliable subprotocol over all its connections: passes over what it has already, as SDKs do, acknowledges, and comes
/// back to its session wherever a test says.
/// </summary>
public sealed class RecoveringClient : IAsyncDisposable
{
    private readonly string _hub;
    private readonly bool _acknowledges;
    private long _last;
    private volatile Connection? _current;

    private RecoveringClient(string hub, bool acknowledges)
    {
        _hub = hub;
        _acknowledges = acknowledges;
    }

    /// <summary>Its connection, the last if it has none.</summary>
    public TestClient Socket { get; private set; } = null!;

    public string ConnectionId => Socket.ConnectionId;

    /// <summary>What came, each message once.</summary>
    public Inbox<ReceivedMessage> Messages { get; } = new();

    /// <summary>Data of <see cref="Messages"/>, all texts.</summary>
    public IReadOnlyList<string> Texts => [.. Messages.Items.Select(message => message.Text)];

    /// <summary>What came again after a recovery.</summary>
    public Inbox<ReceivedMessage> Repeated { get; } = new();

    /// <summary>What came over a connection after the client had come back over another.</summary>
    public Inbox<ReceivedMessage> Late { get; } = new();

    /// <summary>Connects.</summary>
    /// <param name="url">URL of the client endpoint, with token.</param>
    /// <param name="hub">Its hub.</param>
    /// <param name="acknowledges">Whether it acknowledges each message as it comes.</param>
    public static async Task<RecoveringClient> ConnectAsync(Uri url, string hub, bool acknowledges = true)
    {
        var client = new RecoveringClient(hub, acknowledges);
        await client.OpenAsync(url);
        return client;
    }

    /// <summary>URL of a recovery on a node.</summary>
    public Uri RecoveryUrl(IWebServer via) => TestCluster.RecoveryUrl(via, _hub, ConnectionId, Socket.ReconnectionToken);

    /// <summary>Comes back. The last connection may still be there.</summary>
    /// <returns>The last connection.</returns>
    public async Task<TestClient> RecoverAsync(IWebServer via)
    {
        var last = Socket;
        await OpenAsync(RecoveryUrl(via));
        Assert.Equal((last.ConnectionId, last.UserId), (Socket.ConnectionId, Socket.UserId));
        Assert.NotNull(Socket.ReconnectionToken);
        return last;
    }

    /// <summary>Loses its connection without a word.</summary>
    public void Abort() => Socket.Abort();

    /// <summary>Says that everything so far has come.</summary>
    public Task AcknowledgeAsync() => Socket.AcknowledgeAsync(Volatile.Read(ref _last));

    /// <summary>Waits for a text, and then for all before it: exactly these, in this order.</summary>
    public async Task AssertReceivedAsync(params string[] texts)
    {
        await Messages.WaitForAsync(message => message.Text == texts[^1], $"'{texts[^1]}'");
        Assert.Equal(texts, Texts);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Socket.DisposeAsync();

    private async Task OpenAsync(Uri url)
    {
        var last = _current;
        var connection = _current = new Connection(this);
        try
        {
            connection.Socket = Socket = await TestClient.ConnectAsync(url, connection.OnMessage, Subprotocols.JsonReliable);
        }
        catch
        {
            _current = last;
            throw;
        }

        connection.Opened.SetResult();
        Assert.Equal(Subprotocols.JsonReliable, Socket.Subprotocol);
    }

    private void Receive(ReadOnlyMemory<byte> frame, Connection connection)
    {
        using var document = JsonDocument.Parse(frame);
        var message = new ReceivedMessage(document.RootElement.Clone());
        if (connection != _current)
        {
            Late.Add(message);
            return;
        }

        var id = message.SequenceId ?? throw new InvalidDataException($"A message without sequenceId: {message}");
        Assert.True(id > connection.Last, "sequenceIds grow.");
        connection.Last = id;
        lock (Messages)
        {
            if (id <= _last)
            {
                Repeated.Add(message);
                return;
            }

            Volatile.Write(ref _last, id);
            Messages.Add(message);
        }

        if (_acknowledges)
        {
            _ = connection.AcknowledgeAsync(id);
        }
    }

    /// <summary>One of its connections.</summary>
    private sealed class Connection(RecoveringClient client)
    {
        public TestClient? Socket { get; set; }

        /// <summary>Completes when the socket is known: the first messages may come with the connected frame.</summary>
        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Last { get; set; }

        public void OnMessage(ReadOnlyMemory<byte> frame) => client.Receive(frame, this);

        public async Task AcknowledgeAsync(long sequenceId)
        {
            await Opened.Task;
            try
            {
                await Socket!.AcknowledgeAsync(sequenceId);
            }
            catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The connection is gone.
            }
        }
    }
}
