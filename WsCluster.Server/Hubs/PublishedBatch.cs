using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using StackExchange.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>
/// A batch that Redis had taken, read back from the bytes that it is kept as:
/// <c>places · has interest · count of names of sets · (length · UTF-8)… · likewise of keys · count of operations' arguments · (length · bytes)…</c>, numbers in 4 bytes.
/// </summary>
internal sealed class PublishedBatch : IHubCall
{
    /// <param name="number">Its number.</param>
    /// <param name="first">The first offset that it got.</param>
    /// <param name="bytes">What <see cref="Write"/> wrote.</param>
    public PublishedBatch(long number, long first, ReadOnlySpan<byte> bytes)
    {
        (Number, First) = (number, first);
        Places = ReadInt(ref bytes);
        HasInterest = ReadInt(ref bytes) != 0;
        SetNames = ReadNames(ref bytes);
        KeyNames = ReadNames(ref bytes);
        Operations = new RedisValue[ReadInt(ref bytes)];
        for (var i = 0; i < Operations.Length; i++)
        {
            Operations[i] = ReadBytes(ref bytes).ToArray();
        }
    }

    public long Number { get; }

    /// <summary>The first offset that it got.</summary>
    public long First { get; }

    public int Places { get; }

    public bool HasInterest { get; }

    public IReadOnlyList<string> SetNames { get; }

    public IReadOnlyList<string> KeyNames { get; }

    public RedisValue[] Operations { get; }

    /// <summary>Writes a call as what it is kept as.</summary>
    public static void Write(IBufferWriter<byte> writer, IHubCall call)
    {
        WriteInt(writer, call.Places);
        WriteInt(writer, call.HasInterest ? 1 : 0);
        WriteNames(writer, call.SetNames);
        WriteNames(writer, call.KeyNames);
        WriteInt(writer, call.Operations.Length);
        foreach (var argument in call.Operations)
        {
            var length = argument.GetByteCount();
            WriteInt(writer, length);
            argument.CopyTo(writer.GetSpan(length));
            writer.Advance(length);
        }
    }

    private static string[] ReadNames(ref ReadOnlySpan<byte> bytes)
    {
        var names = new string[ReadInt(ref bytes)];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetString(ReadBytes(ref bytes));
        }

        return names;
    }

    private static void WriteNames(IBufferWriter<byte> writer, IReadOnlyList<string> names)
    {
        WriteInt(writer, names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            WriteInt(writer, Encoding.UTF8.GetByteCount(names[i]));
            Encoding.UTF8.GetBytes(names[i], writer);
        }
    }

    private static int ReadInt(ref ReadOnlySpan<byte> bytes)
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        bytes = bytes[sizeof(int)..];
        return value;
    }

    private static ReadOnlySpan<byte> ReadBytes(ref ReadOnlySpan<byte> bytes)
    {
        var length = ReadInt(ref bytes);
        var value = bytes[..length];
        bytes = bytes[length..];
        return value;
    }

    private static void WriteInt(IBufferWriter<byte> writer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(writer.GetSpan(sizeof(int)), value);
        writer.Advance(sizeof(int));
    }
}
