namespace WsCluster.Server.Hubs;

/// <summary>An operation of a <see cref="HubPipeline"/> that somebody waits for.</summary>
internal sealed class PipelineTask : IPipelineCompletion
{
    private readonly TaskCompletionSource<OperationResult> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the operation.</summary>
    public Task<OperationResult> Task => _source.Task;

    public void Completed(in OperationResult result) => _source.SetResult(result);
}
