using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>Command lines of a proxy in the test process.</summary>
internal static class DemoOptions
{
    public const string Key = "--WsCluster:AccessKey=" + AccessTokens.AccessKey;

    public static readonly string[] On = ["--WsCluster:Proxy:Demo=true", Key];
}
