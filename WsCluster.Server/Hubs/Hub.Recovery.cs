using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>Sessions that come to this node: taken over, caught up from the log, live.</summary>
internal sealed partial class Hub
{
    /// <summary>Takes a session over from whichever node has it, or had it.</summary>
    /// <returns>
    /// The session; or why not; or neither, when Redis did not answer, or so late that the session has left this node again: its client may try again.
    /// </returns>
    public async Task<(SessionRecord? Session, string? Refusal)> TakeOverAsync(string connectionId, string token)
    {
        var task = new PipelineTask();
        Pipeline.Add((Id: connectionId, Token: token, Task: task, node.Inbox), static (batch, take) =>
        {
            // For the node that has it now.
            var fence = new OutgoingMessage
            {
                Kind = TargetKind.Fence,
                Target = take.Id,
                DataType = DataType.Binary,
                Data = [],
                Size = 0,
                Inbox = take.Inbox,
            };
            var (message, place) = batch.Embed(fence, take.Inbox);
            batch.AddSession("t", take.Id, take.Task, SessionKey.Session(take.Id), take.Token, place, message);
        });

        var result = await task.Task;
        if (!result.Taken)
        {
            return default;
        }

        if (result.Details!.Resp2Type == StackExchange.Redis.ResultType.Array)
        {
            return (SessionRecord.Parse(result.Offset, (StackExchange.Redis.RedisResult[])result.Details!), null);
        }

        return (string?)result.Details is { Length: > 0 } refusal ? (null, refusal) : default;
    }

    /// <summary>Enters a connection whose session was taken over. What comes for it is held.</summary>
    /// <returns>False, and the connection is not in, when Redis did not take it.</returns>
    public async Task<bool> AddRecoveredAsync(ClientConnection connection, SessionRecord session)
    {
        connection.Session!.TakenAt = session.TakenAt;
        if (!await EnterAsync(connection, session.OpenGroups, newSession: null))
        {
            return false;
        }

        lock (_sync)
        {
            // Not before its node is known to have it: in between it would not be there for those who send to its user. Nor when it has gone again.
            if (connection.UserId is { } userId && _connections.GetValueOrDefault(connection.Id) == connection)
            {
                Pipeline.Add((User: userId, connection.Id), static (batch, back) =>
                    batch.Add("f", batch.Key(InterestSet.Detached(back.User)), UnheededCompletion.Instance, back.Id));
            }
        }

        return true;
    }

    /// <summary>
    /// The client has come back to this node before its last socket was known to be dead; the caller holds the lock.
    /// </summary>
    /// <returns>False when it has come back once more meanwhile, and the newer connection is in already.</returns>
    private bool TryReplace(ClientConnection connection)
    {
        if (!_connections.TryGetValue(connection.Id, out var before))
        {
            return true;
        }

        if (connection.Session is not { } session || before.Session is not { } last || last.Generation > session.Generation)
        {
            return false;
        }

        Lose(before, SessionState.Elsewhere);
        RemoveConnection(before);
        return true;
    }

    /// <summary>Sends what the client may not have got yet, from the log, and lets it go live.</summary>
    /// <param name="connection">Its connection.</param>
    /// <param name="record">The session.</param>
    /// <param name="inbox">The inbox that the node had when it took the session over.</param>
    /// <param name="log">The log.</param>
    /// <returns>Null; or why the session cannot go on.</returns>
    /// <exception cref="StackExchange.Redis.RedisException">Redis does not answer.</exception>
    public async Task<string?> CatchUpAsync(ClientConnection connection, SessionRecord record, string inbox, HubLog log)
    {
        // The log is read after every node knows of this one's interest: what comes later, comes through the inbox.
        var (after, count, bytes) = (record.Position, 0, 0L);
        var message = new IncomingMessage();
        while (true)
        {
            var page = await log.ReadSharedAsync(Name, after);
            if (page.Trimmed > after)
            {
                return "The log does not reach back to what the client has not acknowledged.";
            }

            foreach (var entry in page.Entries)
            {
                if (Replay(entry) is { } refusal)
                {
                    return refusal;
                }
            }

            if (!page.HasMore)
            {
                GoLive(connection, Math.Max(after, page.Offset), inbox);
                return null;
            }
        }

        string? Replay(LogEntry entry)
        {
            var messages = new MessageReader(entry.Messages);
            while (!messages.AtEnd)
            {
                message.Read(messages.ReadMessage(), entry.Head.First);
                var original = entry.Head.OriginalFirst switch { 0 => message.Offset, < 0 => long.MaxValue, var earlier => earlier + message.Place };
                if (message.Offset <= after)
                {
                    continue;
                }

                after = message.Offset;
                if (original <= record.Position || !record.MaySee(message, connection.Id, original))
                {
                    continue;
                }

                if (original != message.Offset)
                {
                    return "Redis has lost messages, and nobody knows which of them the client has got.";
                }

                var frame = message.Frame(connection.Kind);
                bytes += frame.Length;
                if (++count > options.MaxUnackedMessages || bytes > options.MaxUnackedBytes)
                {
                    return "The client has left too much without acknowledgement.";
                }

                lock (_sync)
                {
                    connection.Session!.Replay(message.Offset);
                }

                connection.Send(frame);
            }

            return null;
        }
    }
}
