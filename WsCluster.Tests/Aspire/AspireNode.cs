using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Aspire;

/// <summary>A node that Aspire has started, known by what it has told the registry.</summary>
internal sealed record AspireNode(string Name, string NodeId, Uri Address) : INode;
