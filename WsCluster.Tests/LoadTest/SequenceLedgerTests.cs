using WsCluster.LoadTest.Load.Markers;

namespace WsCluster.Tests.LoadTest;

/// <summary>What the ledger says of a receiver's messages.</summary>
public sealed class SequenceLedgerTests
{
    [Theory]
    [InlineData("0123", 0, 0, 0)]
    [InlineData("012", 1, 0, 0)]
    [InlineData("", 4, 0, 0)]
    [InlineData("013", 1, 0, 0)]
    [InlineData("0213", 0, 0, 1)]
    [InlineData("3210", 0, 0, 3)]
    [InlineData("01123", 0, 1, 0)]
    [InlineData("02133", 0, 1, 1)]
    [InlineData("0211", 1, 1, 1)]
    public void Counts_lost_repeated_and_reordered(string received, long lost, long repeated, long reordered)
    {
        var ledger = new SequenceLedger();
        ledger.AddLines(1);
        var line = ledger.AddLines(1); // Not the first one: lines must not disturb each other.
        foreach (var digit in received)
        {
            ledger.Observe(line, (uint)(digit - '0'));
        }

        Assert.Equal((lost, repeated, reordered), (ledger.Missing(line, sent: 4), ledger.Repeated, ledger.Reordered));
    }
}
