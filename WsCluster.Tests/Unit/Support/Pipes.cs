using System.Buffers;
using System.IO.Pipelines;

namespace WsCluster.Tests.Unit.Support;

/// <summary>Pipes whose continuations run on the spot, so that a test knows what has happened when a call returns.</summary>
internal static class Pipes
{
    public static Pipe Unbounded() => Pausing(0);

    /// <summary>A pipe whose flushes wait while it holds this much or more.</summary>
    public static Pipe Pausing(long threshold) => new(new PipeOptions(
        pauseWriterThreshold: threshold,
        resumeWriterThreshold: threshold == 0 ? 0 : Math.Max(1, threshold / 2),
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        useSynchronizationContext: false));

    public static byte[] ReadAll(PipeReader reader)
    {
        List<byte> bytes = [];
        while (reader.TryRead(out var result) && result.Buffer.Length > 0)
        {
            bytes.AddRange(result.Buffer.ToArray());
            reader.AdvanceTo(result.Buffer.End);
        }

        return [.. bytes];
    }
}
