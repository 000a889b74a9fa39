using System.Net.Sockets;
using System.Text;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>
/// Clients that mean no good: the node's memory stays bounded, it lives, and others on the same node notice nothing.
/// </summary>
[Collection<EmbeddedClusterCollection>]
public sealed class HostileInputTests(EmbeddedClusterFixture fixture) : ClusterProcessTest(fixture)
{
    private const long MemoryBound = 300L << 20;
    private const byte Text = 1;
    private const byte Binary = 2;

    private NodeProcess Node => Cluster.Nodes[0];

    [Fact]
    public Task A_frame_of_1_GiB_costs_no_memory_and_is_refused_when_it_passes_the_limit() => UndisturbedAsync(async () =>
    {
        var head = RawClient.Frame(Binary, [], announced: 1L << 30);
        var clients = new List<RawClient>();
        for (var i = 0; i < 500; i++)
        {
            // Announced, and then nothing but the beginning.
            clients.Add(await RawClient.UpgradeAsync(Url()));
            await clients[i].SendAsync(head);
            await clients[i].SendAsync(new byte[1024]);
        }

        var rest = new byte[(1 << 20) + 1];
        foreach (var client in clients.Take(20))
        {
            await SendToTheEndAsync(client, rest);
            await AssertClosedAsync(client, 1009);
        }

        clients.ForEach(client => client.Dispose());
    });

    [Fact]
    public Task A_frame_of_an_impossible_length_ends_the_connection() => UndisturbedAsync(async () =>
    {
        foreach (var length in new[] { long.MinValue, -1 })
        {
            using var client = await RawClient.UpgradeAsync(Url());
            await client.SendAsync(RawClient.Frame(Text, [], announced: length));
            await AssertClosedAsync(client, 1002, 1009, SocketClosure.Abnormal);
        }
    });

    [Fact]
    public Task Random_bytes_after_the_upgrade_end_the_connection_or_wait_for_more() => UndisturbedAsync(async () =>
    {
        var random = new Random(20260917);
        for (var i = 0; i < 300; i++)
        {
            using var client = await RawClient.UpgradeAsync(Url());
            var bytes = new byte[random.Next(1, 4096)];
            random.NextBytes(bytes);
            await SendToTheEndAsync(client, bytes);
        }
    });

    [Fact]
    public Task Right_frames_with_random_payload_end_the_connection() => UndisturbedAsync(async () =>
    {
        var random = new Random(20260918);
        for (var i = 0; i < 200; i++)
        {
            using var client = await RawClient.UpgradeAsync(Url());
            var bytes = new byte[random.Next(1, 512)];
            random.NextBytes(bytes);
            bytes[0] |= 0x80; // Not JSON, whatever follows.
            await client.SendAsync(RawClient.Frame(Binary, bytes));
            await AssertClosedAsync(client, 1007);
        }
    });

    [Fact]
    public Task An_unmasked_frame_ends_the_connection() => UndisturbedAsync(async () =>
    {
        using var client = await RawClient.UpgradeAsync(Url());
        await client.SendAsync(RawClient.Frame(Text, "{\"type\":\"ping\"}"u8, masked: false));
        await AssertClosedAsync(client, 1002, SocketClosure.Abnormal);
    });

    [Fact]
    public Task Bytes_that_are_no_HTTP_are_refused() => UndisturbedAsync(async () =>
    {
        var random = new Random(20260919);
        for (var i = 0; i < 100; i++)
        {
            using var client = await RawClient.ConnectAsync(Node.Address);
            var bytes = new byte[2048];
            random.NextBytes(bytes);
            await SendToTheEndAsync(client, [.. bytes, .. "\r\n\r\n"u8]);
            await client.ReadToEndAsync();
        }
    });

    [Fact]
    public Task A_slow_handshake_holds_nobody_up_and_is_cut_off() => UndisturbedAsync(async () =>
    {
        var request = Encoding.ASCII.GetBytes(RawClient.HandshakeRequest(Url()));
        using var client = await RawClient.ConnectAsync(Node.Address);
        var end = client.ReadToEndAsync();
        try
        {
            // One byte a second never completes this request; the server has to lose patience.
            for (var i = 0; !end.IsCompleted; i = Math.Min(i + 1, request.Length - 3))
            {
                await client.SendAsync(request.AsMemory(i, 1));
                await Task.WhenAny(end, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
            }
        }
        catch (IOException)
        {
            // Cut off.
        }

        await end;
    });

    [Fact]
    public Task Ten_thousand_half_open_sockets_leave_room_for_others() => UndisturbedAsync(async () =>
    {
        const int Count = 10_000;
        var sockets = new List<RawClient>(Count);
        var half = Encoding.ASCII.GetBytes(RawClient.HandshakeRequest(Url())[..^2]);
        try
        {
            for (var i = 0; i < Count; i++)
            {
                var client = await OpenOrSkipAsync();
                sockets.Add(client);
                await client.SendAsync(half);
            }

            // In the middle of it a newcomer gets in, and is served.
            var newcomer = await ConnectAsync(0, groups: ["newcomers"]);
            await newcomer.SendToGroupAsync("newcomers", 1).Succeeds();
            await newcomer.Messages.WaitForCountAsync(1);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    });

    /// <summary>Runs an attack while bystanders talk, and looks at the node's memory afterwards and at its peak.</summary>
    private async Task UndisturbedAsync(Func<Task> attack)
    {
        await using var traffic = await Traffic.StartAsync(await ConnectAsync(0), await ConnectAsync(0));
        var memory = new MemoryWatch(Node);
        await using (memory)
        {
            await attack();
        }

        var messages = await traffic.StopAsync();
        Report($"{messages} messages of bystanders; memory {memory.Before >> 20} MiB before, {memory.Peak >> 20} MiB at most.");
        Assert.False(Node.HasExited, "The node lives.");
        Assert.InRange(memory.Peak - memory.Before, long.MinValue, MemoryBound);
    }

    /// <summary>
    /// A close frame with one of the codes. .NET itself finds breaches of the framing, and may drop the connection before its close
    /// frame is read; where that is right, 1006 is among the codes.
    /// </summary>
    private static async Task AssertClosedAsync(RawClient client, params int[] codes) =>
        Assert.Contains(await client.ReadCloseCodeAsync() ?? SocketClosure.Abnormal, codes);

    /// <summary>Sends what the other side may well refuse to read to its end.</summary>
    private static async Task SendToTheEndAsync(RawClient client, byte[] bytes)
    {
        try
        {
            await client.SendAsync(bytes);
        }
        catch (IOException)
        {
            // Refused already.
        }
    }

    private async Task<RawClient> OpenOrSkipAsync()
    {
        try
        {
            return await RawClient.ConnectAsync(Node.Address);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TooManyOpenSockets)
        {
            Assert.Skip("The limit of open files (ulimit -n) is too low for 10,000 sockets; it takes 16,384 or more.");
            throw;
        }
    }

    private Uri Url() => TestCluster.ClientUrl(Node, Hub, roles: Roles.All);
}
