using System.Diagnostics.Metrics;
using WsCluster.ServiceDefaults.Telemetry;

namespace WsCluster.Server.Telemetry;

/// <summary>The node's metrics; <c>docs/operations.md</c> lists them. The totals are kept here, too, for the load report.</summary>
internal sealed class NodeMetrics
{
    private readonly UpDownCounter<int> _connections;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _recovered;
    private readonly Counter<long> _recoveryRefused;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _repairs;
    private readonly Counter<long> _publishFailed;
    private readonly Counter<long> _undeliverable;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _droppedForSlow;
    private readonly Histogram<int> _batch;
    private long _clientMessages;
    private long _inboxMessages;
    private long _deliveries;

    public NodeMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(WsClusterTelemetry.Name);
        _connections = meter.CreateUpDownCounter<int>("wscluster.connection.active", "{connection}", "Open client connections.");
        _closed = meter.CreateCounter<long>("wscluster.connection.closed", "{connection}", "Connections that the node closed, by reason.");
        _refused = meter.CreateCounter<long>("wscluster.connection.refused", "{connection}", "Handshakes answered with an HTTP error, by status.");
        _recovered = meter.CreateCounter<long>("wscluster.session.recovered", "{session}", "Reliable clients that have come back to their session.");
        _recoveryRefused = meter.CreateCounter<long>(
            "wscluster.session.refused", "{session}", "Reliable clients that could not come back to their session: close code 1008.");
        _repairs = meter.CreateCounter<long>(
            "wscluster.inbox.repairs", "{repair}", "Times that a hub's messages were read from its log, since some may not have come through the inbox.");
        _gaps = meter.CreateCounter<long>(
            "wscluster.inbox.gaps", "{gap}", "Times that messages may have been lost on their way to this node and could not be read from the log.");
        _publishFailed = meter.CreateCounter<long>(
            "wscluster.publish.failed", "{message}", "Messages that were not taken: Redis did not answer, or too much was waiting.");
        _undeliverable = meter.CreateCounter<long>("wscluster.message.undeliverable", "{message}", "Messages to a connection that was gone.");
        _droppedForSlow = meter.CreateCounter<long>(
            "wscluster.message.dropped", "{message}", "Messages that a hub's policy dropped for a client that reads too slowly.");
        _dropped = meter.CreateCounter<long>("wscluster.inbox.dropped", "{payload}", "Payloads in the inbox that could not be handled.");
        _batch = meter.CreateHistogram<int>("wscluster.publish.batch", "{message}", "Messages in one script call.");
        meter.CreateObservableCounter("wscluster.client.messages", () => ClientMessages, "{message}", "Messages from clients.");
        meter.CreateObservableCounter("wscluster.inbox.messages", () => InboxMessages, "{message}", "Messages that came through the inbox.");
        meter.CreateObservableCounter("wscluster.message.deliveries", () => Deliveries, "{message}", "Messages put on clients' queues.");
    }

    public long ClientMessages => Volatile.Read(ref _clientMessages);

    public long InboxMessages => Volatile.Read(ref _inboxMessages);

    public long Deliveries => Volatile.Read(ref _deliveries);

    public void Connected() => _connections.Add(1);

    public void Disconnected() => _connections.Add(-1);

    public void Closed(string reason) => _closed.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Refused(int status) => _refused.Add(1, new KeyValuePair<string, object?>("status", status));

    public void Recovered() => _recovered.Add(1);

    public void RecoveryRefused() => _recoveryRefused.Add(1);

    /// <summary>A hub was read from its log.</summary>
    public void Repaired() => _repairs.Add(1);

    public void ClientMessage() => Interlocked.Increment(ref _clientMessages);

    /// <summary>One message was not taken because the node holds too much already.</summary>
    public void Rejected() => _publishFailed.Add(1, new KeyValuePair<string, object?>("reason", "busy"));

    /// <summary>A payload in the inbox could not be handled.</summary>
    public void Dropped() => _dropped.Add(1);

    public void Published(int messages, bool taken)
    {
        if (messages == 0)
        {
            return;
        }

        _batch.Record(messages);
        if (!taken)
        {
            _publishFailed.Add(messages, new KeyValuePair<string, object?>("reason", "redis"));
        }
    }

    public void Delivered(int messages, int deliveries, int undeliverable, int dropped, int gaps)
    {
        if (gaps > 0)
        {
            _gaps.Add(gaps);
        }

        Interlocked.Add(ref _inboxMessages, messages);
        Interlocked.Add(ref _deliveries, deliveries);
        if (undeliverable > 0)
        {
            _undeliverable.Add(undeliverable);
        }

        if (dropped > 0)
        {
            _droppedForSlow.Add(dropped);
        }
    }
}
