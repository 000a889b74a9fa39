using System.Text;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>
/// What stands behind the marker in a message, the same for all peers: text that reads like JSON, with words that change. A constant
/// letter would be compressed to nothing, and no server is sent that. It has no quotes, since peers that wrap the data into JSON would
/// have to escape them and be sent more bytes than the others; and nothing in it looks like the beginning of a marker.
/// </summary>
internal sealed class MessageFiller
{
    /// <summary>Different texts, used in turn. Each message is compressed for itself, so more would change nothing.</summary>
    private const int Texts = 16;

    private static readonly string[] Names = ["anna", "ben", "chen", "dora", "emil", "fatima", "georg", "hana", "ivan", "julia", "kofi", "lena"];

    private static readonly string[] Words =
    [
        "the", "a", "we", "you", "is", "are", "was", "to", "of", "in", "on", "at", "and", "or", "not", "for", "with", "this", "that", "will",
        "meeting", "tomorrow", "morning", "evening", "train", "station", "library", "harbour", "window", "garden", "coffee", "ticket",
        "moved", "found", "opened", "called", "sent", "bought", "waiting", "leaving", "please", "thanks", "maybe", "nothing", "everybody",
        "price", "order", "weather", "question", "answer", "picture", "number", "report", "quickly", "again", "later", "twelve", "blue",
    ];

    private readonly byte[][] _texts;

    /// <param name="length">Bytes of a text.</param>
    public MessageFiller(int length)
    {
        // A fixed seed: every run and every peer is sent the same.
        var random = new Random(1);
        _texts = [.. Enumerable.Range(0, Texts).Select(_ => Write(random, length))];
        Length = length;
    }

    /// <summary>Bytes of a text.</summary>
    public int Length { get; }

    /// <summary>The text of a message.</summary>
    /// <param name="number">Any number that changes from message to message.</param>
    public ReadOnlySpan<byte> Of(uint number) => _texts[number % Texts];

    private static byte[] Write(Random random, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            var sentence = string.Join(' ', random.GetItems(Words, random.Next(4, 13)));
            text.Append("{id:").Append(random.Next(1_000_000)).Append(",user:{name:").Append(random.GetItems(Names, 1)[0]);
            text.Append(",online:").Append(random.Next(2) == 0 ? "true" : "false").Append("},text:").Append(sentence).Append("},");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
