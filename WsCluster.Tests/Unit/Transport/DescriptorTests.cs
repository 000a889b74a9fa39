using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>Counts what the process has open, so nothing else may run beside.</summary>
[Collection<OwnClusterCollection>]
public sealed class DescriptorTests
{
    [Fact]
    public async Task Connections_that_come_and_go_leave_nothing_behind()
    {
        const int Rounds = 100;
        const int AtOnce = 20;
        await using var server = await LoopbackServer.StartAsync();
        await ConnectAsync(server, AtOnce);
        var before = CountOpen();

        for (var i = 0; i < Rounds; i++)
        {
            await ConnectAsync(server, AtOnce);
        }

        await Eventually.True(() => CountOpen() <= before + AtOnce / 2, $"the process has about as many open as before, {before}");
    }

    private static async Task ConnectAsync(LoopbackServer server, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (client, connection) = await server.ConnectAsync();
            switch (i % 4)
            {
                case 0: // The client goes first.
                    client.Dispose();
                    Assert.True((await connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
                    break;
                case 1: // The server does.
                    break;
                case 2:
                    connection.Abort();
                    break;
                default: // A reset, with bytes that nobody has read.
                    await client.SendAsync("x");
                    client.LingerState = new(true, 0);
                    break;
            }

            client.Dispose();
            await connection.DisposeAsync();
        }
    }

    private static int CountOpen() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
