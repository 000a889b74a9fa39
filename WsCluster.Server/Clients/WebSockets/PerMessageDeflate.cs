using System.IO.Compression;
using System.Net.WebSockets;

namespace WsCluster.Server.Clients.WebSockets;

/// <summary>
/// The extension permessage-deflate (RFC 7692), always without context takeover in both directions: so a message is compressed once
/// for all its receivers, and an idle client costs no window.
/// </summary>
internal static class PerMessageDeflate
{
    /// <summary>The extension as it is agreed on.</summary>
    public const string Agreement = $"{Name}; {ServerNoContextTakeover}; {ClientNoContextTakeover}";

    private const string Name = "permessage-deflate";
    private const string ServerNoContextTakeover = "server_no_context_takeover";
    private const string ClientNoContextTakeover = "client_no_context_takeover";
    private const string ServerMaxWindowBits = "server_max_window_bits";
    private const string ClientMaxWindowBits = "client_max_window_bits";

    /// <summary>RSV1: the message is compressed.</summary>
    private const byte Compressed = 0x40;

    /// <summary>Payloads below this gain less than their compression costs.</summary>
    private const int MinPayload = 256;

    /// <summary>What reads the client's messages: they may be compressed, each for itself.</summary>
    public static WebSocketDeflateOptions ReadOptions { get; } = new()
    {
        ClientContextTakeover = false,
        ServerContextTakeover = false,
    };

    /// <summary>Whether the client has made an offer that can be agreed to.</summary>
    public static bool IsOffered(IHeaderDictionary headers) => headers.SecWebSocketExtensions
        .SelectMany(value => value?.Split(',') ?? [])
        .Any(offer => IsAcceptable(offer.Split(';', StringSplitOptions.TrimEntries)));

    /// <summary>The compressed form of a frame; the frame itself where that would be no shorter.</summary>
    public static byte[] Compress(byte[] frame)
    {
        var payload = WebSocketFrame.Payload(frame);
        if (payload.Length < MinPayload)
        {
            return frame;
        }

        using var target = new MemoryStream(payload.Length);
        using var deflate = new DeflateStream(target, CompressionLevel.Fastest);
        deflate.Write(payload);
        deflate.Flush();

        // A flush ends in an empty block, of which the last four bytes are left out (section 7.2.1).
        var length = (int)target.Length - 4;
        return length < payload.Length ? WebSocketFrame.Build((byte)(frame[0] | Compressed), target.GetBuffer().AsSpan(0, length)) : frame;
    }

    private static bool IsAcceptable(string[] offer)
    {
        if (!offer[0].Equals(Name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return offer.Skip(1).All(parameter =>
        {
            var (name, value) = parameter.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right.Trim('"')) : (parameter, null);
            return names.Add(name) && name.ToLowerInvariant() switch
            {
                ServerNoContextTakeover or ClientNoContextTakeover => value is null,
                // The window is always 15 bits: the compressor of .NET has no smaller one.
                ServerMaxWindowBits => value == "15",
                ClientMaxWindowBits => value is null || (int.TryParse(value, out var bits) && bits is >= 8 and <= 15),
                _ => false,
            };
        });
    }
}
