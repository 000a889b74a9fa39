namespace WsCluster.Tests.Kit;

/// <summary>A proxy: <c>dotnet WsCluster.Proxy.dll</c>.</summary>
public sealed class ProxyProcess : WebProcess
{
    private ProxyProcess(string name, IReadOnlyDictionary<string, string> environment)
        : base(name, "WsCluster.Proxy", environment)
    {
    }

    /// <summary>Starts a proxy; it listens soon, and has destinations as soon as nodes are ready.</summary>
    public static ProxyProcess Start(string name, IReadOnlyDictionary<string, string> environment) => new(name, environment);
}
