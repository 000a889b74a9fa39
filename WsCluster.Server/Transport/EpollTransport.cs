using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace WsCluster.Server.Transport;

/// <summary>
/// Kestrel's transport on Linux: one thread a loop that reads, serves and writes, no queue between socket and reader, no buffer on an
/// idle connection. docs/performance.md says what that gives. Other systems and other addresses have Kestrel's own sockets.
/// </summary>
internal sealed class EpollTransport(NodeOptions options, EventLoops loops, ILogger<EpollListener> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const int Backlog = 512;

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => OperatingSystem.IsLinux() && EventLoops.CountOf(options) > 0 && endpoint is IPEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }

        socket.Listen(Backlog);
        return ValueTask.FromResult<IConnectionListener>(new EpollListener(socket, loops, logger));
    }
}
