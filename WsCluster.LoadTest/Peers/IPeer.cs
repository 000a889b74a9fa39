using System.Net;

namespace WsCluster.LoadTest.Peers;

/// <summary>A server, or a cluster of them, that is measured.</summary>
internal interface IPeer : IAsyncDisposable
{
    /// <summary>What runs there: product, version, number of nodes.</summary>
    string Description { get; }

    /// <summary>Where clients connect: one for each node.</summary>
    IReadOnlyList<EndPoint> Endpoints { get; }

    /// <summary>How clients talk.</summary>
    IWireProtocol Protocol { get; }

    /// <summary>All processes of the peer; none if it was started by somebody else.</summary>
    IReadOnlyList<ServerProcess> Processes { get; }

    /// <summary>Path of a health endpoint that answers 200; null if it has none.</summary>
    string? HealthPath => null;

    /// <summary>Starts it and waits until clients can connect and reach each other.</summary>
    /// <exception cref="PeerFailedException">It did not start.</exception>
    Task StartAsync(CancellationToken cancellationToken);
}
