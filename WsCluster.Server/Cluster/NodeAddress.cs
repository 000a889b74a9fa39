using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace WsCluster.Server.Cluster;

/// <summary>Where others reach this node: as configured, else the first address that the server listens on.</summary>
internal sealed class NodeAddress(NodeOptions options, IServer server, IHostApplicationLifetime host)
{
    /// <summary>The address, once the server listens.</summary>
    public string Value { get; private set; } = string.Empty;

    /// <summary>Waits until the server listens, which is when a port given as 0 is known.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(host.ApplicationStarted, cancellationToken).Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Value = options.AdvertisedAddress?.TrimEnd('/')
            ?? Reachable(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault())
            ?? string.Empty;
    }

    /// <summary>Puts a machine's address in place of a wildcard.</summary>
    private static string? Reachable(string? listening)
    {
        if (listening is null)
        {
            return null;
        }

        var address = BindingAddress.Parse(listening);
        var isWildcard = address.Host is "+" or "*" or "0.0.0.0" or "[::]";
        return $"{address.Scheme}://{(isWildcard ? OwnAddress() : address.Host)}:{address.Port}";
    }

    private static string OwnAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(candidate => candidate.OperationalStatus == OperationalStatus.Up && candidate.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(candidate => candidate.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork)?.ToString()
            ?? IPAddress.Loopback.ToString();
}
