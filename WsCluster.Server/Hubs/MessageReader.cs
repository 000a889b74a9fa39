using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace WsCluster.Server.Hubs;

/// <summary>Reads what <see cref="MessageFormat"/> describes, front to back.</summary>
/// <remarks>Every method throws <see cref="FormatException"/> where the bytes end too early or make no sense.</remarks>
internal ref struct MessageReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Beyond it a double has not every whole number.</summary>
    private const double MaxExact = 1L << 53;

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public string? ReadString() => ReadUInt16() is var length and not ushort.MaxValue ? Encoding.UTF8.GetString(Take(length)) : null;

    public ReadOnlySpan<byte> ReadRest() => Take(_rest.Length);

    /// <summary>Reads a string with a one-byte length.</summary>
    public string ReadString8() => Encoding.UTF8.GetString(Take(ReadByte()));

    /// <summary>Reads what stands before the messages of a batch.</summary>
    public BatchHead ReadHead() => new(ReadDouble(), ReadDouble(), ReadDouble(), ReadDouble(), ReadToken());

    /// <summary>Reads the next message of a batch as a reader of its own.</summary>
    public MessageReader ReadMessage() => new(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)))));

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new FormatException("The payload ends too early.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Reads a decimal number that ends in ';'.</summary>
    public long ReadNumber()
    {
        if (!Utf8Parser.TryParse(_rest, out long number, out var consumed) || consumed >= _rest.Length || _rest[consumed] != ';')
        {
            throw new FormatException("No number where the head of a batch has one.");
        }

        Take(consumed + 1);
        return number;
    }

    /// <summary>Reads a whole number as scripts write them.</summary>
    private long ReadDouble()
    {
        var value = BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));
        return Math.Abs(value) <= MaxExact && Math.Truncate(value) == value
            ? (long)value
            : throw new FormatException("No whole number where the head of a batch has one.");
    }

    /// <summary>Reads text that ends in ';'. The same few come again and again.</summary>
    private string ReadToken()
    {
        var length = _rest.IndexOf((byte)';');
        if (length is < 0 or > NodeNames.MaxLength)
        {
            throw new FormatException("No node where the head of a batch has one.");
        }

        var name = NodeNames.Get(_rest[..length]);
        Take(length + 1);
        return name;
    }
}
