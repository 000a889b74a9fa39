namespace WsCluster.Tests.Kit;

/// <summary>A node or a proxy that listens, whoever started it.</summary>
public interface IWebServer
{
    /// <summary>Name in messages of a failed test.</summary>
    string Name { get; }

    /// <summary>The address it listens on.</summary>
    Uri Address { get; }
}
