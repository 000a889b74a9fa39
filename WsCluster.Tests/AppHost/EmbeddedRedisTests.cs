using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using WsCluster.AppHost.Redis;

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
    public void Leaves_the_processes_trace_listeners_alone()
    {
        using var redis = EmbeddedRedis.Start();

        Assert.Empty(Trace.Listeners.OfType<ConsoleTraceListener>());
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
