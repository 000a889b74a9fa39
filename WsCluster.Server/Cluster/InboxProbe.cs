using System.Buffers;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Cluster;

/// <summary>
/// Sends something through the node's own inbox with every heartbeat. Only when it comes back, messages come, too; a connection to Redis
/// that is open says nothing. Form: <c>4 · inbox</c>.
/// </summary>
internal sealed class InboxProbe(
    IConnectionMultiplexer connection, ClusterKeys keys, NodeIdentity node, IOptions<ClusterOptions> options, TimeProvider time)
{
    private long _heard;
    private volatile string? _heardInbox;

    /// <summary>Whether what is sent to the inbox comes out of it.</summary>
    public bool IsHeard =>
        _heardInbox == node.Inbox && time.GetElapsedTime(Volatile.Read(ref _heard)) < options.Value.LeaseDuration - options.Value.HeartbeatInterval;

    /// <summary>Sends one, and does not wait for it.</summary>
    public void Send()
    {
        var inbox = node.Inbox;
        var payload = new ArrayBufferWriter<byte>();
        MessageFormat.WriteByte(payload, MessageFormat.ProbeKind);
        MessageFormat.WriteString(payload, inbox);
        try
        {
            _ = connection.GetSubscriber().PublishAsync(keys.Inbox(inbox), payload.WrittenMemory, CommandFlags.FireAndForget);
        }
        catch (Exception exception) when (exception.IsRedisFailure())
        {
            // It is not heard, then.
        }
    }

    /// <summary>One has come out of the inbox.</summary>
    public void OnProbe(MessageReader probe)
    {
        Volatile.Write(ref _heard, time.GetTimestamp());
        _heardInbox = probe.ReadString();
    }
}
