using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace WsCluster.Server.Hubs;

/// <summary>
/// The form in which messages travel between nodes. A batch in an inbox is
/// <c>kind (1 byte) · hub (string8) · number of the payload (decimal) · ';' · head · messages</c>; a head (<see cref="Hubs.BatchHead"/>) is four
/// numbers (big-endian doubles, which is what numbers are to <c>hub.lua</c>), then <c>node · ';'</c>; a message is
/// <c>length of the rest (u32) · place in the batch (u16) · target kind · data type · target · from user · from connection ·
/// excluded (count u16, strings) · receipt (i64; with it the inbox to report to) · data</c>. Integers are little-endian;
/// strings are a u16 length and UTF-8, with 0xFFFF for null.
/// </summary>
internal static class MessageFormat
{
    public const byte BatchKind = 1;
    public const byte RequestKind = 2;
    public const byte ReplyKind = 3;
    public const byte ProbeKind = 4;

    private const ushort NullString = ushort.MaxValue;

    /// <summary>What stands before the head of a hub's batches, which the script adds.</summary>
    public static byte[] BatchPrefix(string hub) => [BatchKind, (byte)hub.Length, .. Encoding.ASCII.GetBytes(hub)];

    public static void Write(ArrayBufferWriter<byte> buffer, in OutgoingMessage message, int place, string ownInbox)
    {
        var start = buffer.WrittenCount;
        WriteInt32(buffer, 0);
        WriteUInt16(buffer, (ushort)place);
        WriteByte(buffer, (byte)message.Kind);
        WriteByte(buffer, (byte)message.DataType);
        WriteString(buffer, message.Target);
        WriteString(buffer, message.FromUserId);
        WriteString(buffer, message.FromConnectionId);
        WriteUInt16(buffer, (ushort)message.Excluded.Length);
        foreach (var excluded in message.Excluded)
        {
            WriteString(buffer, excluded);
        }

        WriteInt64(buffer, message.Receipt);
        if (message.Receipt != 0)
        {
            WriteString(buffer, ownInbox);
        }

        buffer.Write(message.Data);

        // ArrayBufferWriter hands out what is written only for reading; the length goes into the same array.
        var written = System.Runtime.InteropServices.MemoryMarshal.AsMemory(buffer.WrittenMemory).Span;
        BinaryPrimitives.WriteInt32LittleEndian(written[start..], written.Length - start - sizeof(int));
    }

    public static void WriteString(IBufferWriter<byte> buffer, string? value)
    {
        if (value is null)
        {
            WriteUInt16(buffer, NullString);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        WriteUInt16(buffer, checked((ushort)length));
        Encoding.UTF8.GetBytes(value, buffer.GetSpan(length));
        buffer.Advance(length);
    }

    public static void WriteByte(IBufferWriter<byte> buffer, byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    public static void WriteInt64(IBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), value);
        buffer.Advance(sizeof(long));
    }

    private static void WriteUInt16(IBufferWriter<byte> buffer, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.GetSpan(sizeof(ushort)), value);
        buffer.Advance(sizeof(ushort));
    }

    private static void WriteInt32(IBufferWriter<byte> buffer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), value);
        buffer.Advance(sizeof(int));
    }
}
