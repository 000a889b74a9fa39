using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>Connections on one loop take turns.</summary>
public sealed class FairnessTests
{
    [Fact]
    public async Task A_connection_that_always_has_more_to_read_lets_the_others_be_served()
    {
        const int EnoughReads = 2_000;
        const int Reserve = 512 * 1024;
        var stop = TestContext.Current.CancellationToken;
        await using var server = await LoopbackServer.StartAsync();
        var (quiet, quietConnection) = await server.ConnectAsync();
        var (flooder, floodedConnection) = await server.ConnectAsync();
        flooder.SendBufferSize = Reserve;
        var served = Task.Run(() => quietConnection.Transport.Input.ReadAsync(1), stop);
        var reads = 0;

        var flood = Task.Run(async () =>
        {
            var input = floodedConnection.Transport.Input;
            for (; reads < EnoughReads; reads++)
            {
                var result = await input.ReadAsync(stop);
                input.AdvanceTo(result.Buffer.End);
                if (served.IsCompleted)
                {
                    return;
                }

                // On the loop's thread: the socket has as much again before the next read, and never is empty.
                flooder.Send(new byte[result.Buffer.Length]);
                if (reads == 10)
                {
                    quiet.Send("x"u8);
                }
            }
        }, stop);
        flooder.Send(new byte[Reserve]);

        await flood.Within("the flood ends");
        Assert.InRange(reads, 10, EnoughReads - 1);
        Assert.Equal("x"u8.ToArray(), await served);
    }
}
