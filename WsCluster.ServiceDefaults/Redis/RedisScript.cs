using System.Diagnostics;
using System.Reflection;
using StackExchange.Redis;
using WsCluster.ServiceDefaults.Telemetry;

namespace WsCluster.ServiceDefaults.Redis;

/// <summary>
/// A Lua script in embedded <c>.lua</c> files of the assembly that uses it; the first one's header describes KEYS, ARGV and the result.
/// Sent as EVALSHA once the server has it; StackExchange.Redis loads it again by itself when a server has lost it.
/// </summary>
public sealed class RedisScript
{
    private readonly string _activityName;

    private RedisScript(string name, string text)
    {
        Name = name;
        Text = text;
        _activityName = "redis " + name;
    }

    /// <summary>The first file's name without its extension.</summary>
    public string Name { get; }

    /// <summary>The Lua source.</summary>
    public string Text { get; }

    /// <summary>Loads <c>{name}.lua</c> from the resources of the calling assembly.</summary>
    /// <param name="name">File name without its extension.</param>
    /// <param name="parts">Names of the files that the text goes on with.</param>
    /// <exception cref="InvalidOperationException">The assembly has no such resource.</exception>
    public static RedisScript Load(string name, params string[] parts)
    {
        var assembly = Assembly.GetCallingAssembly();
        return new RedisScript(name, string.Concat(parts.Prepend(name).Select(part => Read(assembly, part))));
    }

    /// <summary>Runs the script; one span a call (kind client).</summary>
    public Task<RedisResult> EvaluateAsync(IDatabaseAsync database, RedisKey[] keys, RedisValue[] arguments) =>
        EvaluateAsync(database, hash: null, keys, arguments);

    /// <summary>Runs a text that the caller has loaded itself; fails with NOSCRIPT where the server does not have it.</summary>
    /// <param name="database">The database.</param>
    /// <param name="hash">SHA-1 of the text; null: that of <see cref="Text"/>.</param>
    /// <param name="keys">KEYS.</param>
    /// <param name="arguments">ARGV.</param>
    public async Task<RedisResult> EvaluateAsync(IDatabaseAsync database, byte[]? hash, RedisKey[] keys, RedisValue[] arguments)
    {
        using var activity = WsClusterTelemetry.Source.StartActivity(_activityName, ActivityKind.Client);
        activity?.SetTag("db.system.name", "redis");
        activity?.SetTag("db.operation.name", "EVALSHA");

        try
        {
            return await (hash is null
                ? database.ScriptEvaluateAsync(Text, keys, arguments)
                : database.ScriptEvaluateAsync(hash, keys, arguments)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }

    private static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no embedded script {name}.lua.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
