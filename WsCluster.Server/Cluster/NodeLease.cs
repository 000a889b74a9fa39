using Microsoft.Extensions.Options;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Cluster;

/// <summary>
/// Whether this node may deliver: it holds its lease for certain, and what it has is entered under the inbox that it has now. A node
/// that was paused, or cut off, for longer may have been declared dead; others may serve its clients by now.
/// </summary>
internal sealed class NodeLease(IOptions<ClusterOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private long _renewed;
    private volatile bool _isHeld;

    /// <summary>Whether it is so now.</summary>
    public bool IsCertain => _isHeld && time.GetElapsedTime(Volatile.Read(ref _renewed)) < options.Value.LeaseDuration;

    /// <summary>The lease was renewed by a call that was sent at <paramref name="sent"/> (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public void Renewed(long sent) => Volatile.Write(ref _renewed, sent);

    /// <summary>All is entered.</summary>
    public void Enter() => _isHeld = true;

    /// <summary>The lease is lost.</summary>
    public void Lose() => _isHeld = false;

    /// <summary>Completes when it is certain.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (!IsCertain)
        {
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
