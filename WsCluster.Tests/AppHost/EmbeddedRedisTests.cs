using System.Collections;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using WsCluster.AppHost.Redis;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.AppHost;

/// <summary>The Redis inside the AppHost.</summary>
public sealed class EmbeddedRedisTests
{
    [Fact]
    public async Task Answers_and_runs_scripts_over_several_keys()
    {
        using var redis = EmbeddedRedis.Start();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var database = connection.GetDatabase();

        Assert.True(await database.PingAsync() > TimeSpan.Zero);
        var result = await database.ScriptEvaluateAsync(
            """
            local offset = redis.call('INCR', KEYS[1])
            redis.call('RPUSH', KEYS[2], ARGV[1] .. offset)
            return redis.call('LRANGE', KEYS[2], 0, -1)
            """,
            ["{hub}:offset", "{hub}:log"],
            ["m"]);

        Assert.Equal("m1", Assert.Single((string[])result!));
    }

    [Fact]
    public async Task Listens_on_loopback_until_it_is_disposed()
    {
        var redis = EmbeddedRedis.Start();
        Assert.Equal(IPAddress.Loopback, redis.EndPoint.Address);
        Assert.True(await CanConnectAsync(redis.EndPoint));

        redis.Dispose();

        Assert.False(await CanConnectAsync(redis.EndPoint));
    }

    [Fact]
    public void Takes_another_port_when_the_first_was_taken_meanwhile()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var free = ((IPEndPoint)other.LocalEndpoint).Port;
        other.Stop();
        var ports = new Queue<int>([((IPEndPoint)occupant.LocalEndpoint).Port, free]);

        using var redis = EmbeddedRedis.Start(ports.Dequeue);

        Assert.Equal(free, redis.EndPoint.Port);
    }

    [Fact]
    public void Gives_up_with_a_message_when_every_port_is_taken()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;

        var exception = Assert.Throws<IOException>(() => EmbeddedRedis.Start(() => port));

        Assert.Contains("no free port on 127.0.0.1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_start_at_once_and_leave_the_processes_trace_listeners_alone()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(EmbeddedRedis.Start)));
        foreach (var server in servers)
        {
            server.Dispose();
        }

        // Other tests start servers too; each takes its listener away before its start is over.
        await Eventually.True(() => !Listeners().OfType<ConsoleTraceListener>().Any(), "there is no listener that prints to the console");
    }

    /// <summary>A copy: the collection itself can't be walked while another test changes it.</summary>
    private static TraceListener[] Listeners()
    {
        var listeners = new TraceListener[Trace.Listeners.Count + 64];
        ((ICollection)Trace.Listeners).CopyTo(listeners, 0);
        return listeners;
    }

    private static async Task<bool> CanConnectAsync(IPEndPoint endPoint)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(endPoint, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
