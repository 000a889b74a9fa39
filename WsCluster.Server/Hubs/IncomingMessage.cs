using WsCluster.Server.Clients;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Clients.WebSockets;

namespace WsCluster.Server.Hubs;

/// <summary>
/// A message that has come through the inbox. Its frames are built on first use, once for all receivers on this node: server frames
/// carry no mask, so the bytes are the same for everybody.
/// </summary>
internal sealed class IncomingMessage
{
    private readonly JsonMessageFrame _json = new();
    private readonly HashSet<string> _excluded = new(StringComparer.Ordinal);
    private byte[] _data = [];
    private int _dataLength;
    private readonly byte[]?[] _frames = new byte[]?[Enum.GetValues<FrameKind>().Length];

    /// <summary>Place in its batch.</summary>
    public int Place { get; private set; }

    /// <summary>Its offset, which is the sequenceId of reliable clients.</summary>
    public long Offset { get; private set; }

    public TargetKind Kind { get; private set; }

    public DataType DataType { get; private set; }

    public string Target { get; private set; } = string.Empty;

    public string? FromUserId { get; private set; }

    public string? FromConnectionId { get; private set; }

    public long Receipt { get; private set; }

    public string? ReceiptInbox { get; private set; }

    public ReadOnlySpan<byte> Data => _data.AsSpan(0, _dataLength);

    /// <summary>Takes over the next message of a batch whose first offset is <paramref name="first"/>.</summary>
    public void Read(MessageReader reader, long first)
    {
        Array.Clear(_frames);
        Place = reader.ReadUInt16();
        Offset = first + Place;
        Kind = (TargetKind)reader.ReadByte();
        DataType = (DataType)reader.ReadByte();
        if (Kind > TargetKind.Fence || DataType > DataType.Protobuf)
        {
            // Of a newer version. Taken for something else it might reach people it is not for.
            throw new FormatException($"Unknown target kind {Kind} or data type {DataType}.");
        }

        Target = reader.ReadString() ?? string.Empty;
        FromUserId = reader.ReadString();
        FromConnectionId = reader.ReadString();
        _excluded.Clear();
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            _excluded.Add(reader.ReadString() ?? string.Empty);
        }

        Receipt = reader.ReadInt64();
        ReceiptInbox = Receipt == 0 ? null : reader.ReadString();

        var data = reader.ReadRest();
        if (_data.Length < data.Length)
        {
            _data = new byte[Math.Max(data.Length, 2 * _data.Length)];
        }

        data.CopyTo(_data);
        _dataLength = data.Length;
    }

    public bool Excludes(string connectionId) => _excluded.Count > 0 && _excluded.Contains(connectionId);

    /// <summary>The frame of a kind.</summary>
    public byte[] Frame(FrameKind kind) => _frames[(int)kind] ??= kind switch
    {
        FrameKind.Json => _json.Build(this),
        FrameKind.Raw => WebSocketFrame.Build(DataType is DataType.Text or DataType.Json ? WebSocketFrame.Text : WebSocketFrame.Binary, Data),
        FrameKind.CompressedJson => PerMessageDeflate.Compress(Frame(FrameKind.Json)),
        FrameKind.ReliableJson => _json.Build(this, Offset),
        FrameKind.CompressedReliableJson => PerMessageDeflate.Compress(Frame(FrameKind.ReliableJson)),
        _ => PerMessageDeflate.Compress(Frame(FrameKind.Raw)),
    };
}
