using StackExchange.Redis;
using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>
/// How far reliable clients have acknowledged, written to Redis once a heartbeat. That a client has everything is written for all such
/// clients at once, by the hub's offset, and only after it was written of all others that they have not.
/// </summary>
internal sealed partial class Hub
{
    private bool _checkpointFailed;
    private int _checkpointsUnderWay;
    private long _checkpointOffset;
    private long _writtenOffset;

    /// <summary>The inbox of which Redis has the hub's offset as the position of clients that have everything.</summary>
    private string? _writtenInbox;

    /// <summary>The caller holds the lock.</summary>
    private void Checkpoint()
    {
        if (_checkpointsUnderWay > 0)
        {
            return;
        }

        // A session that is being left says where it is. If Redis is not told, because it is away for too long, what comes behind it in the
        // pipeline must not say that it has everything.
        if (!_checkpointFailed && _settlesUnderWay == 0 && _checkpointOffset > 0 && (_checkpointOffset > _writtenOffset || _writtenInbox != node.Inbox))
        {
            Pipeline.Add((Offset: _checkpointOffset, Completion: new PositionCompletion(this, _checkpointOffset)), static (batch, position) =>
                batch.Add("q", position.Offset, position.Completion));
        }

        var hasPosition = _writtenInbox == node.Inbox;
        _checkpointFailed = false;
        _checkpointOffset = 0;
        var any = false;
        foreach (var connection in _connections.Values)
        {
            if (connection.Session is not { IsLost: false, IsLive: true } session)
            {
                continue;
            }

            any = true;
            // "Everything" means up to the position of the inbox, which must not be before what Redis has of the session itself.
            var position = !session.HasEverything ? session.Position
                : hasPosition && session.Written <= _writtenOffset && session.Written != long.MinValue ? -1
                : session.Written < session.Position ? Math.Max(session.Position, _cursor.Offset)
                : session.Written;
            if (position != session.Written)
            {
                session.Written = position;
                _checkpointsUnderWay++;
                Pipeline.Add((connection.Id, session.Generation, Position: position, Completion: new CheckpointCompletion(this, connection)), static (batch, ack) =>
                    batch.AddSession("a", ack.Id, ack.Completion, ack.Generation, ack.Position < 0 ? RedisValue.EmptyString : ack.Position));
            }
        }

        if (any)
        {
            _checkpointOffset = _cursor.Offset;
        }
    }

    private sealed class CheckpointCompletion(Hub hub, ClientConnection connection) : IPipelineCompletion
    {
        public void Completed(in OperationResult result)
        {
            hub.OnSession(connection, result);
            lock (hub._sync)
            {
                hub._checkpointsUnderWay--;
                if (!result.Taken)
                {
                    hub._checkpointFailed = true;
                    connection.Session!.Written = long.MinValue;
                }
            }
        }
    }

    private sealed class PositionCompletion(Hub hub, long offset) : IPipelineCompletion
    {
        public void Completed(in OperationResult result)
        {
            lock (hub._sync)
            {
                hub._writtenOffset = result.Taken ? offset : 0;
                hub._writtenInbox = result.Taken ? hub.Pipeline.CallInbox : null;
            }
        }
    }
}
