using StackExchange.Redis;

namespace WsCluster.ServiceDefaults.Redis;

/// <summary>What a call to Redis throws when Redis, or the connection to it, has failed; whoever called can try again.</summary>
public static class RedisFailure
{
    /// <summary>
    /// Whether an exception of a StackExchange.Redis call is such a failure. A connection that breaks while a call waits on it hands
    /// over what its reader threw (InvalidOperationException of its pipe, IOException) or cancels the call: calls take no token, so no
    /// cancellation is the caller's. Both were seen on an overloaded machine, and ended nodes and proxy.
    /// </summary>
    public static bool IsRedisFailure(this Exception exception) =>
        exception is RedisException or TimeoutException or OperationCanceledException or InvalidOperationException or IOException;
}
