using System.CommandLine;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>The option of the floor <c>sockets</c>: by default it sends all that waits at once, and no server's batches are that large.</summary>
internal static class BatchOption
{
    public static Option<int> Create() =>
        NumberOption.Create<int>("--batch", "messages that one send carries at most, 0 for all that waits (sockets only) [0]", 0, 10_000);
}
