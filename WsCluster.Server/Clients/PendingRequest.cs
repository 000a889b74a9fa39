using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients;

/// <summary>A request of a client that is under way.</summary>
internal sealed class PendingRequest(RequestLedger ledger, ulong? ackId, int size) : IPipelineCompletion, IJoinCompletion
{
    private int _completed;

    /// <summary>The request's ackId; null when the client wants no answer.</summary>
    public ulong? AckId { get; } = ackId;

    /// <summary>Bytes that it holds until it is done.</summary>
    public int Size { get; } = size;

    /// <summary>What to answer when no node took the message; null where that is success, too.</summary>
    public string? NotFoundMessage { get; init; }

    /// <summary>Whether success needs the report of the node that holds the target.</summary>
    public bool AwaitsReceipt { get; init; }

    /// <summary>How it ended; null while it is under way. Set under the ledger's lock.</summary>
    public SendOutcome? Outcome { get; set; }

    /// <summary>Ends the request; only the first call counts.</summary>
    public void Complete(SendOutcome outcome)
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
        {
            ledger.Complete(this, outcome);
        }
    }

    public void Completed(in OperationResult result)
    {
        var nodes = result.Nodes;
        if (!result.Taken)
        {
            Complete(SendOutcome.Unavailable);
        }
        else if (nodes == OperationResult.Repeated)
        {
            Complete(AckId is { } id ? SendOutcome.Repeated(id) : SendOutcome.Success);
        }
        else if (nodes == 0 && NotFoundMessage is { } message)
        {
            Complete(SendOutcome.NotFound(message));
        }
        else if (!AwaitsReceipt || nodes == OperationResult.TakenBySession)
        {
            Complete(SendOutcome.Success);
        }
    }

    public void BatchCompleted() => ledger.Flush();

    public void Joined(bool success)
    {
        Complete(success ? SendOutcome.Success : SendOutcome.Unavailable);
        ledger.Flush();
    }
}
