namespace WsCluster.Tests.Kit;

/// <summary>A node that is ready, whoever started it.</summary>
public interface INode : IWebServer
{
    /// <summary>The id of the node.</summary>
    string NodeId { get; }
}
