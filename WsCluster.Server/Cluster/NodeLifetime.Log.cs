namespace WsCluster.Server.Cluster;

internal sealed partial class NodeLifetime
{
    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Node {Inbox} is registered at {Address}.")]
        public static partial void Registered(ILogger logger, string inbox, string address);

        [LoggerMessage(LogLevel.Information, "Node {Inbox} is ready.")]
        public static partial void Ready(ILogger logger, string inbox);

        [LoggerMessage(LogLevel.Warning, "Node {Inbox} has lost its lease: it was declared dead, or Redis has lost its data. Registering anew.")]
        public static partial void LeaseLost(ILogger logger, string inbox);

        [LoggerMessage(LogLevel.Warning, "The lease can't be renewed ({Reason}). Trying again with every heartbeat.")]
        public static partial void CannotRenew(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "Node {Inbox} does not hear its inbox: what it sends there itself does not come back. It takes no new clients, and reads what it misses from the logs when it can.")]
        public static partial void InboxCut(ILogger logger, string inbox);

        [LoggerMessage(LogLevel.Information, "Node {Inbox} hears its inbox.")]
        public static partial void InboxHeard(ILogger logger, string inbox);

        [LoggerMessage(LogLevel.Warning, "The clean-up after {Inbox} was not finished ({Reason}); it is claimed again later.")]
        public static partial void CannotClean(ILogger logger, string inbox, string reason);

        [LoggerMessage(LogLevel.Information, "Node {NodeId} has left the cluster.")]
        public static partial void Left(ILogger logger, string nodeId);

        [LoggerMessage(LogLevel.Warning, "Node {NodeId} could not say that it leaves ({Reason}); its lease runs out instead.")]
        public static partial void CannotLeave(ILogger logger, string nodeId, string reason);
    }
}
