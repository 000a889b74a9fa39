using System.Net.WebSockets;
using System.Text;

namespace WsCluster.Tests.Kit;

/// <summary>A message as a simple client gets it.</summary>
public sealed record SimpleMessage(WebSocketMessageType Type, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public override string ToString() => $"{Type} {Text}";
}
