using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>Waits that their token ends, as a TLS handshake's is.</summary>
public sealed class TokenTests
{
    private const int Large = 32 * 1024 * 1024;

    [Fact]
    public async Task A_token_ends_the_read_that_was_given_it_and_no_other()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var stop = new CancellationTokenSource();
        var read = connection.Transport.Input.ReadAsync(stop.Token).AsTask();
        Assert.False(read.IsCompleted);

        await stop.CancelAsync();

        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.Within("the read ends"));
        Assert.Equal(stop.Token, failure.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.Transport.Input.ReadAsync(stop.Token).AsTask());
        using var late = new CancellationTokenSource();
        var next = connection.Transport.Input.ReadAsync(late.Token).AsTask();
        await client.SendAsync("x");
        connection.Transport.Input.AdvanceTo((await next.Within("the byte comes")).Buffer.End);
        next = connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        await late.CancelAsync();
        await server.WaitForLoopAsync();
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task A_token_ends_the_flush_that_was_given_it_and_loses_nothing()
    {
        await using var server = await LoopbackServer.StartAsync();
        var (client, connection) = await server.ConnectAsync(receiveBuffer: 4096);
        var bytes = Bytes.Pattern(Large);
        using var stop = new CancellationTokenSource();
        var flush = connection.Transport.Output.WriteAsync(bytes, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush.Within("the flush ends"));
        var next = connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        var received = await client.ReceiveAsync(Large);
        Assert.True(received.AsSpan().SequenceEqual(bytes));
        await next.Within("the flush gets through");
    }
}
