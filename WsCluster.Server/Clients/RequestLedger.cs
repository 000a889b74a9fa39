using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients;

/// <summary>
/// The requests of one connection: answers them in the order in which they came, whatever order they end in, knows which ackIds were
/// used, and says when a sender has so much under way that its next message must wait.
/// </summary>
internal sealed class RequestLedger(ClientConnection connection)
{
    /// <summary>What one connection may have under way; with more, its socket isn't read and TCP slows the client down.</summary>
    private const int MaxInFlight = 512;
    private const int MaxInFlightBytes = 256 * 1024;

    /// <summary>Answers that may wait behind a request that is under way; pings and repetitions have some without being requests.</summary>
    private const int MaxWaitingAnswers = 2 * MaxInFlight;

    private readonly Lock _gate = new();
    private readonly AckMemory _memory = new();
    private Queue<Answer>? _answers;
    private int _inFlight;
    private int _inFlightBytes;
    private ulong _highestAckId;
    private bool _hasAckId;
    private TaskCompletionSource? _room;

    private bool HasRoom => _inFlight < MaxInFlight && _inFlightBytes < MaxInFlightBytes && (_answers is null || _answers.Count < MaxWaitingAnswers);

    /// <summary>Enters a request.</summary>
    /// <returns>False when it must not be executed: its ackId was used, and the answer is on its way.</returns>
    public bool TryBegin(PendingRequest request)
    {
        lock (_gate)
        {
            if (request.AckId is { } id)
            {
                if (IsUsed(id, out var underWay))
                {
                    Add(new Answer(underWay, RepeatedId: id, Frame: null));
                    SendReady();
                    return false;
                }

                _highestAckId = Math.Max(_highestAckId, id);
                _hasAckId = true;
                Add(new Answer(request, RepeatedId: null, Frame: null));
            }

            _inFlight++;
            _inFlightBytes += request.Size;
            return true;
        }
    }

    /// <summary>Sends a frame behind the answers to all requests so far.</summary>
    public void Reply(byte[] frame)
    {
        lock (_gate)
        {
            Add(new Answer(null, RepeatedId: null, frame));
            SendReady();
        }

        Flush();
    }

    /// <summary>Waits until the connection may have one more request under way.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (HasRoom)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Ends a request; for <see cref="PendingRequest.Complete"/> alone.</summary>
    public void Complete(PendingRequest request, SendOutcome outcome)
    {
        lock (_gate)
        {
            request.Outcome = outcome;
            if (request.AckId is { } id && (outcome.IsSuccess || outcome.Error == ErrorName.Duplicate))
            {
                _memory.Add(id);
            }

            _inFlight--;
            _inFlightBytes -= request.Size;
            SendReady();
            if (_room is not null && HasRoom)
            {
                _room.SetResult();
                _room = null;
            }
        }
    }

    public void Flush() => connection.Outbound.Flush();

    private bool IsUsed(ulong id, out PendingRequest? underWay)
    {
        underWay = null;
        if (!_hasAckId || id > _highestAckId)
        {
            return false; // What nearly every client does: counting up.
        }

        // One that has failed does not count: its id may be used again.
        underWay = _answers?.FirstOrDefault(
            answer => answer.RepeatedId is null && answer.Request?.AckId == id && answer.Request.Outcome is not { IsSuccess: false }).Request;
        return underWay is not null || _memory.Contains(id);
    }

    private void Add(Answer answer) => (_answers ??= new Queue<Answer>()).Enqueue(answer);

    private void SendReady()
    {
        while (_answers is not null && _answers.TryPeek(out var next) && next.ToFrame() is { } frame)
        {
            _answers.Dequeue();
            connection.Send(frame);
        }
    }

    /// <summary>A place in the order of answers.</summary>
    /// <param name="Request">The request to answer, or the one that this one repeats if that is still under way.</param>
    /// <param name="RepeatedId">The ackId of a repetition.</param>
    /// <param name="Frame">An answer that is no ack.</param>
    private readonly record struct Answer(PendingRequest? Request, ulong? RepeatedId, byte[]? Frame)
    {
        /// <summary>The answer, or null while it has to wait.</summary>
        public byte[]? ToFrame()
        {
            if (Frame is not null)
            {
                return Frame;
            }

            if (Request is { Outcome: null })
            {
                return null;
            }

            if (RepeatedId is not { } id)
            {
                return JsonFrames.Ack(Request!.AckId!.Value, Request.Outcome!.Value);
            }

            // If the request that it repeats failed, so did this one: nothing was executed.
            return JsonFrames.Ack(id, Request?.Outcome is { IsSuccess: false } failure
                ? failure
                : SendOutcome.Repeated(id));
        }
    }
}
