using System.Globalization;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>
/// Finds out before connections are opened whether the system lets so many be open: a server without descriptors does not say so, it only
/// seems slow.
/// </summary>
internal static class ConnectionLimits
{
    /// <summary>Descriptors that a process has besides its clients; seen were 280 in a node and 290 in the proxy, most of them files of .NET.</summary>
    private const int Besides = 400;

    private const string PortRange = "/proc/sys/net/ipv4/ip_local_port_range";

    /// <summary>Checks that connections can be open together.</summary>
    /// <param name="connections">All of them.</param>
    /// <param name="proxied">Whether they go through a proxy on this machine, which has a second one for each.</param>
    /// <exception cref="ConnectionFailedException">They can't; the message says what to change.</exception>
    public static void Require(IReadOnlyCollection<LoadConnection> connections, bool proxied)
    {
        // Servers that the tool starts inherit its limit, which .NET has raised as far as it may. None has more connections than the tool.
        var needed = connections.Count * (proxied ? 2 : 1) + Besides;
        if (Native.GetLimit(Native.DescriptorLimit, out var limit) == 0 && limit.Soft < (nuint)needed)
        {
            throw new ConnectionFailedException(
                $"{connections.Count:N0} connections need {needed:N0} file descriptors in {(proxied ? "the proxy" : "one process")}, and its limit is "
                + $"{limit.Soft:N0}: raise that (as root: ulimit -n {needed}), or ask for fewer connections.");
        }

        var ports = LocalPorts();
        if (connections.GroupBy(connection => connection.Endpoint).FirstOrDefault(group => group.Count() > ports) is { } crowded)
        {
            throw new ConnectionFailedException(
                $"{crowded.Count():N0} connections to {crowded.Key} need a local port each, and there are {ports:N0}: widen "
                + "net.ipv4.ip_local_port_range (sysctl), or ask for more nodes or fewer connections.");
        }
    }

    private static int LocalPorts() => File.ReadAllText(PortRange).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var first, var last]
        ? int.Parse(last, CultureInfo.InvariantCulture) - int.Parse(first, CultureInfo.InvariantCulture) + 1
        : int.MaxValue;
}
