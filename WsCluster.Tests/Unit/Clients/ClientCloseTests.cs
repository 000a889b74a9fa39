using System.Net.WebSockets;
using System.Text;
using CsCheck;
using WsCluster.Server.Clients;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

public sealed class ClientCloseTests
{
    [Fact]
    public void The_reason_is_the_longest_beginning_that_fits_and_splits_no_character()
    {
        Gen.OneOf(Texts.WellFormed.Array[1, 8].Select(string.Concat), Gen.Int[100, 140].SelectMany(length => Gen.Char['a', 'é'].Array[length]).Select(chars => new string(chars)))
            .Sample(
                reason =>
                {
                    var cut = ClientClose.Malformed(reason).CloseFrameReason;

                    Assert.StartsWith(cut, reason, StringComparison.Ordinal);
                    Assert.True(Encoding.UTF8.GetByteCount(cut) <= 123);
                    Assert.Equal(cut, Texts.ThroughUtf8(cut));
                    if (cut.Length < reason.Length)
                    {
                        var next = char.IsHighSurrogate(reason[cut.Length]) ? 2 : 1;
                        Assert.True(Encoding.UTF8.GetByteCount(reason[..(cut.Length + next)]) > 123);
                    }
                },
                iter: 2_000);
    }

    [Fact]
    public void Halves_of_surrogate_pairs_do_no_harm()
    {
        Texts.Any.Array[1, 8].Select(string.Concat).Sample(
            reason => Encoding.UTF8.GetByteCount(ClientClose.Malformed(reason).CloseFrameReason) <= 123, iter: 2_000);
    }

    [Theory]
    [InlineData(123, 123)]
    [InlineData(124, 123)]
    [InlineData(0, 0)]
    public void It_is_cut_at_123_bytes(int length, int expected) =>
        Assert.Equal(expected, ClientClose.Malformed(new string('x', length)).CloseFrameReason.Length);

    /// <summary>Close codes of protocol section 12.</summary>
    [Fact]
    public void Codes_are_those_of_the_protocol()
    {
        Assert.Equal(1001, (int)ClientClose.Draining.Status);
        Assert.Equal(1007, (int)ClientClose.Malformed("x").Status);
        Assert.Equal(1008, (int)ClientClose.RecoveryRefused("x").Status);
        Assert.Equal(1008, (int)ClientClose.Forbidden("x").Status);
        Assert.Equal(1008, (int)ClientClose.SlowClient.Status);
        Assert.Equal(1009, (int)ClientClose.TooBig(1).Status);
        Assert.Equal(1011, (int)ClientClose.EventFailed("x").Status);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, ClientClose.Gone.Status);
    }
}
