using System.Buffers.Text;

namespace WsCluster.Server.Clients.Json;

/// <summary>The one answer that every request gets: written by hand, since it is half of what a busy sender receives.</summary>
internal static class JsonAck
{
    /// <summary>Longest success ack: the text around the longest uint64.</summary>
    public const int MaxLength = 64;

    public static ReadOnlySpan<byte> Success(ulong ackId, Span<byte> buffer)
    {
        var prefix = """{"type":"ack","ackId":"""u8;
        var suffix = ""","success":true}"""u8;
        prefix.CopyTo(buffer);
        Utf8Formatter.TryFormat(ackId, buffer[prefix.Length..], out var digits);
        suffix.CopyTo(buffer[(prefix.Length + digits)..]);
        return buffer[..(prefix.Length + digits + suffix.Length)];
    }
}
