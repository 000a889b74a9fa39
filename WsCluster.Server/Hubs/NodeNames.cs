using System.Text;

namespace WsCluster.Server.Hubs;

/// <summary>Ids of nodes that send batches: a few, read again and again, so not made anew each time.</summary>
internal static class NodeNames
{
    /// <summary>Longest id, bytes.</summary>
    public const int MaxLength = 64;

    private const int MaxKept = 1024;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal);

    /// <summary>The id that the bytes spell.</summary>
    public static string Get(ReadOnlySpan<byte> bytes)
    {
        Span<char> name = stackalloc char[MaxLength];
        name = name[..Encoding.ASCII.GetChars(bytes, name)];
        lock (Gate)
        {
            var lookup = Names.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(name, out var known))
            {
                if (Names.Count == MaxKept)
                {
                    Names.Clear(); // Most are of nodes long gone.
                }

                known = name.ToString();
                Names.Add(known, known);
            }

            return known;
        }
    }
}
