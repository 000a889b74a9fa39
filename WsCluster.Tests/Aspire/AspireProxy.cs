using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Aspire;

/// <summary>The proxy that Aspire has started.</summary>
internal sealed record AspireProxy(string Name, Uri Address) : IWebServer;
