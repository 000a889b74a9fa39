using System.Text.Json;

namespace WsCluster.Tests.Kit;

/// <summary>A <c>message</c> frame.</summary>
public sealed record ReceivedMessage(JsonElement Frame)
{
    public string From => Frame.GetProperty("from").GetString()!;

    public string? Group => String("group");

    public string? FromUserId => String("fromUserId");

    public string? FromConnectionId => String("fromConnectionId");

    /// <summary>Null if there is none.</summary>
    public long? SequenceId => Frame.TryGetProperty("sequenceId", out var value) ? value.GetInt64() : null;

    public string DataType => Frame.GetProperty("dataType").GetString()!;

    public JsonElement Data => Frame.GetProperty("data");

    /// <summary>Data that is a JSON string.</summary>
    public string Text => Data.GetString()!;

    public override string ToString() => Frame.GetRawText();

    private string? String(string name) => Frame.TryGetProperty(name, out var value) ? value.GetString() : null;
}
