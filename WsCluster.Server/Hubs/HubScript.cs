using StackExchange.Redis;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>
/// <c>hub.lua</c> on the Redis server at hand. The text that a server gets begins with the server's identity, so another server, which
/// may lack what this one had acknowledged last, answers NOSCRIPT, and the script itself sees that the hub has come to it anew.
/// </summary>
internal sealed partial class HubScript(IConnectionMultiplexer connection, ILogger<HubScript> logger)
{
    private const int Attempts = 5;
    private const string RunId = "run_id:";

    private static readonly RedisScript Script = RedisScript.Load("hub", "hub-messages", "hub-sessions", "hub-operations", "hub-log");

    private readonly Lock _gate = new();
    private Task<byte[]>? _loaded;
    private string? _lastIdentity;
    private bool _reportedNoIdentity;

    /// <summary>The text that a server with an identity gets.</summary>
    public static string TextFor(string identity) => $"local identity = '{identity}'\n{Script.Text}";

    /// <summary>Asks the server who it is before the next call.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _loaded = null;
        }
    }

    /// <summary>Runs the script.</summary>
    /// <exception cref="CallNotSentException">Redis did not get the call.</exception>
    /// <exception cref="RedisException">Nobody knows whether Redis took the call.</exception>
    public async Task<RedisResult[]> EvaluateAsync(RedisKey[] keys, RedisValue[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var loaded = Loaded();
            try
            {
                var hash = await HashAsync(loaded).ConfigureAwait(false);
                return (RedisResult[])(await Script.EvaluateAsync(connection.GetDatabase(), hash, keys, arguments).ConfigureAwait(false))!;
            }
            catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal) && attempt < Attempts)
            {
                Forget(loaded);
            }
            catch (Exception exception)
            {
                Forget(loaded); // By the next call the server may be another.
                if (exception is RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection or ConnectionFailureType.UnableToConnect })
                {
                    throw new CallNotSentException(exception);
                }

                throw;
            }
        }
    }

    private static async Task<byte[]> HashAsync(Task<byte[]> loaded)
    {
        try
        {
            return await loaded.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw new CallNotSentException(exception);
        }
    }

    private Task<byte[]> Loaded()
    {
        lock (_gate)
        {
            return _loaded ??= LoadAsync();
        }
    }

    private void Forget(Task<byte[]> loaded)
    {
        lock (_gate)
        {
            if (_loaded == loaded)
            {
                _loaded = null;
            }
        }
    }

    private async Task<byte[]> LoadAsync()
    {
        var database = connection.GetDatabase();
        while (true)
        {
            var identity = await IdentifyAsync(database).ConfigureAwait(false);
            var hash = (string?)await database.ExecuteAsync("SCRIPT", "LOAD", TextFor(identity)).ConfigureAwait(false);
            if (await IdentifyAsync(database).ConfigureAwait(false) == identity)
            {
                if (_lastIdentity is { } last && last != identity)
                {
                    Log.ServerChanged(logger);
                }

                _lastIdentity = identity;
                return Convert.FromHexString(hash!);
            }

            // The server has changed in between, and may have the text of the other one now.
            await database.ExecuteAsync("SCRIPT", "FLUSH").ConfigureAwait(false);
        }
    }

    /// <summary>The server's process: another after a restart, and on another machine.</summary>
    private async Task<string> IdentifyAsync(IDatabase database)
    {
        var info = (string?)await database.ExecuteAsync("INFO", "server").ConfigureAwait(false);
        var line = info?.Split('\n').FirstOrDefault(line => line.StartsWith(RunId, StringComparison.Ordinal));
        if (line is null && !_reportedNoIdentity)
        {
            _reportedNoIdentity = true;
            Log.NoIdentity(logger);
        }

        return string.Concat((line ?? RunId)[RunId.Length..].Where(char.IsAsciiLetterOrDigit));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Redis was restarted, or another server has taken its place. What it may have lost is sent again.")]
        public static partial void ServerChanged(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "Redis does not say who it is (INFO server has no run_id), so nobody can notice when another server takes its place: what that one lacks is lost.")]
        public static partial void NoIdentity(ILogger logger);
    }
}

/// <summary>A call did not get to Redis: it is not in doubt.</summary>
internal sealed class CallNotSentException(Exception reason) : Exception(reason.Message, reason);
