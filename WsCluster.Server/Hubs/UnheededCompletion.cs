namespace WsCluster.Server.Hubs;

/// <summary>For operations of which nobody waits to hear: what they would have done is done again, or expires.</summary>
internal sealed class UnheededCompletion : IPipelineCompletion
{
    private UnheededCompletion()
    {
    }

    public static UnheededCompletion Instance { get; } = new();

    public void Completed(in OperationResult result)
    {
    }
}
