using System.Net;
using WsCluster.LoadTest.Peers.WsCluster;

namespace WsCluster.LoadTest.Peers;

/// <summary>A WsCluster that somebody else has started: it can be loaded, but its processes can't be read.</summary>
internal sealed class RunningPeer(IReadOnlyList<Uri> urls) : IPeer
{
    public string Description => string.Join(", ", urls.Select(url => url.GetLeftPart(UriPartial.Path)));

    public IReadOnlyList<EndPoint> Endpoints { get; private set; } = [];

    public IWireProtocol Protocol { get; } = new WebPubSubProtocol(urls[0].PathAndQuery);

    public IReadOnlyList<ServerProcess> Processes => [];

    public string HealthPath => "/health";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var endpoints = new List<EndPoint>();
        foreach (var url in urls)
        {
            try
            {
                var addresses = await Dns.GetHostAddressesAsync(url.DnsSafeHost, cancellationToken);
                endpoints.Add(new IPEndPoint(addresses[0], url.Port));
            }
            catch (System.Net.Sockets.SocketException exception)
            {
                throw new PeerFailedException($"The host of {url} is not known: {exception.Message}.");
            }
        }

        Endpoints = endpoints;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
