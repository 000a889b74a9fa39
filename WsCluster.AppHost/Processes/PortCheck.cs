using System.Net;
using System.Net.Sockets;
using WsCluster.AppHost.Topology;

namespace WsCluster.AppHost.Processes;

/// <summary>Finds out before anything is started whether a process would find its port taken.</summary>
internal static class PortCheck
{
    /// <exception cref="IOException">A port is taken or not allowed; the message names it and the option that it comes from.</exception>
    public static void EnsureFree(IEnumerable<ProcessPlan> plans)
    {
        string[] problems = [.. plans.Select(Check).OfType<string>()];
        if (problems.Length > 0)
        {
            throw new IOException(string.Join(Environment.NewLine, problems));
        }
    }

    private static string? Check(ProcessPlan plan)
    {
        // A process that listens on localhost takes the port in both families.
        var error = TryListen(IPAddress.Loopback, plan.Address.Port) ?? (Socket.OSSupportsIPv6 ? TryListen(IPAddress.IPv6Loopback, plan.Address.Port) : null);
        return error switch
        {
            null or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => null,
            SocketError.AddressAlreadyInUse =>
                $"Port {plan.Address.Port} for {plan.Name} is in use by another process. End that one, or choose another port with {plan.AddressOption}.",
            SocketError.AccessDenied =>
                $"Port {plan.Address.Port} for {plan.Name} needs privileges that this user lacks. Choose one of 1024 or above with {plan.AddressOption}.",
            _ => $"Port {plan.Address.Port} for {plan.Name} cannot be used ({error}). Choose another with {plan.AddressOption}.",
        };
    }

    private static SocketError? TryListen(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }
}
