using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>A node that may open no more files. In a process of its own: the limit is one of the process.</summary>
[Collection<OwnClusterCollection>]
public sealed class OutOfDescriptorsTests : ProcessTest
{
    private const int OpenFiles = 7; // RLIMIT_NOFILE

    [Fact]
    public async Task Newcomers_wait_and_get_in_when_others_have_gone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The transport is over epoll, which only Linux has.");
        var redis = Own(new EmbeddedTestRedis());
        var node = Own(NodeProcess.Start("node", new Dictionary<string, string>
        {
            ["ConnectionStrings__redis"] = $"127.0.0.1:{redis.Port}",
            ["WsCluster__AccessKey"] = AccessTokens.AccessKey,
            ["WsCluster__EventLoops"] = "1",
        }));
        await node.WaitForReadyAsync();
        using (var first = await ConnectAsync(node))
        {
            await AssertHealthyAsync(first); // What it needs for that is loaded now: .NET opens a file for each assembly.
        }

        var open = Directory.GetFileSystemEntries($"/proc/{node.ProcessId}/fd").Length;
        var before = SetLimit(node.ProcessId, soft: open + 20, hard: null);

        List<Socket> clients = [];
        try
        {
            for (var i = 0; i < 60; i++) // The system takes them up for the node, which can't.
            {
                clients.Add(await ConnectAsync(node));
            }

            await Eventually.True(
                () => node.Log.From(0).Any(line => line.Contains("Connections have to wait", StringComparison.Ordinal)), "the node says what is wrong");
            for (var i = 0; i < 40; i++)
            {
                clients[i].Dispose();
            }

            foreach (var client in clients[40..]) // Among them those that had to wait.
            {
                await AssertHealthyAsync(client);
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
            if (!node.HasExited)
            {
                SetLimit(node.ProcessId, before.Soft, before.Hard); // So that it can stop in good order.
            }
        }
    }

    private static async Task<Socket> ConnectAsync(NodeProcess node)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, node.Address.Port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task AssertHealthyAsync(Socket client)
    {
        await client.SendAsync("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", System.Text.Encoding.Latin1.GetString(await client.ReceiveToEndAsync()), StringComparison.Ordinal);
    }

    private static (long Soft, long Hard) SetLimit(int process, long soft, long? hard)
    {
        var old = new long[2];
        Assert.Equal(0, GetLimit(process, OpenFiles, 0, old));
        Assert.Equal(0, SetLimit(process, OpenFiles, [soft, hard ?? old[1]], 0));
        return (old[0], old[1]);
    }

    [DllImport("libc", EntryPoint = "prlimit")]
    private static extern int GetLimit(int process, int resource, nint none, long[] old);

    [DllImport("libc", EntryPoint = "prlimit")]
    private static extern int SetLimit(int process, int resource, long[] limits, nint none);
}
