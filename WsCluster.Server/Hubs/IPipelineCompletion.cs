namespace WsCluster.Server.Hubs;

/// <summary>Told how an operation of a <see cref="HubPipeline"/> ended.</summary>
internal interface IPipelineCompletion
{
    /// <summary>Called once, on any thread, in the order of the operations.</summary>
    /// <param name="taken">Whether Redis took the operation. False may also mean that nobody knows.</param>
    /// <param name="nodes">How many nodes took the message.</param>
    void Completed(bool taken, int nodes);

    /// <summary>Called after all operations of a batch were told, so that what they wrote is flushed once.</summary>
    void BatchCompleted();
}
