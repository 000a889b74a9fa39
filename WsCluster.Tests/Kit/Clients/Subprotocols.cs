namespace WsCluster.Tests.Kit;

/// <summary>Names of the sub-protocols.</summary>
public static class Subprotocols
{
    public const string Json = "json.webpubsub.azure.v1";
    public const string JsonReliable = "json.reliable.webpubsub.azure.v1";
    public const string Protobuf = "protobuf.webpubsub.azure.v1";
    public const string ProtobufReliable = "protobuf.reliable.webpubsub.azure.v1";
}
