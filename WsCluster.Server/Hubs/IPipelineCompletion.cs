namespace WsCluster.Server.Hubs;

/// <summary>Told how an operation of a <see cref="HubPipeline"/> ended.</summary>
internal interface IPipelineCompletion
{
    /// <summary>Called once, on any thread, in the order of the operations.</summary>
    void Completed(in OperationResult result);

    /// <summary>Called after all operations of a batch were told, so that what they wrote is flushed once.</summary>
    void BatchCompleted()
    {
    }
}
