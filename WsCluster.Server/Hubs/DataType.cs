namespace WsCluster.Server.Hubs;

/// <summary>What a message's data is. The values are on the wire between nodes.</summary>
internal enum DataType : byte
{
    /// <summary>A JSON value, as the sender wrote it.</summary>
    Json = 0,

    /// <summary>UTF-8 text.</summary>
    Text = 1,

    /// <summary>Bytes.</summary>
    Binary = 2,

    /// <summary>A serialised google.protobuf.Any.</summary>
    Protobuf = 3,
}
