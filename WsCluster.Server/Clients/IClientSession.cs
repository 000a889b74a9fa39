namespace WsCluster.Server.Clients;

/// <summary>What a client's messages mean. One per connection; called by its reader alone.</summary>
internal interface IClientSession
{
    /// <summary>The first frame of the connection, null if there is none.</summary>
    byte[]? FirstFrame { get; }

    /// <summary>Frame that says why the node closes the connection, null if the client knows no such frame.</summary>
    byte[]? Farewell(ClientClose close);

    /// <summary>Takes a whole message.</summary>
    /// <param name="message">The message; its buffer is used again afterwards.</param>
    /// <param name="isText">Whether it came in text frames.</param>
    /// <returns>Null, or why the connection must be closed.</returns>
    ClientClose? Receive(ReadOnlySpan<byte> message, bool isText);

    /// <summary>Completes when the next message may be read.</summary>
    Task WaitForRoomAsync();
}
