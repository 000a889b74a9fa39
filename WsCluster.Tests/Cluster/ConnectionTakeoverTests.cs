using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>Clients leave HTTP behind after the upgrade, and stay inside their request where TLS makes that impossible.</summary>
[Collection<OwnClusterCollection>]
public sealed class ConnectionTakeoverTests : ProcessTest
{
    private const int Clients = 2000;

    /// <summary>Seen here: 11 to 14 KiB, and 22 to 24 with the request's objects: the bound tells the two apart.</summary>
    private const double MaxKiBPerClient = 18;

    private static readonly byte[] Join = RawClient.Frame(1, """{"type":"joinGroup","group":"g","ackId":1}"""u8);

    [Fact]
    public async Task An_idle_client_keeps_nothing_of_its_handshake()
    {
        var cluster = await StartClusterAsync(await TestRedis.StartAsync(RedisKind.Embedded), nodes: 1, settings: new Dictionary<string, string>
        {
            ["DOTNET_GCgen0size"] = "400000", // Hexadecimal: 4 MiB, so that little garbage is counted.
        });
        var node = cluster.Nodes[0];
        List<RawClient> clients = [];
        try
        {
            clients.AddRange(await ConnectAsync(node, 500));
            var before = node.MemoryBytes;
            clients.AddRange(await ConnectAsync(node, Clients));

            var perClient = (node.MemoryBytes - before) / 1024.0 / Clients;
            Report($"An idle client in a group takes {perClient:f1} KiB.");
            Assert.InRange(perClient, 1, MaxKiBPerClient);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_node_with_TLS_of_its_own_serves_clients()
    {
        var certificate = Path.Combine(Path.GetTempPath(), $"wscluster-{Guid.NewGuid():N}.pfx");
        await File.WriteAllBytesAsync(certificate, NewCertificate(), TestContext.Current.CancellationToken);
        try
        {
            var cluster = await StartClusterAsync(await TestRedis.StartAsync(RedisKind.Embedded), nodes: 1, settings: new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0;https://127.0.0.1:0",
                ["Kestrel__Certificates__Default__Path"] = certificate,
                ["WsCluster__AllowAnonymous"] = "true",
                ["WsCluster__AnonymousRoles"] = "webpubsub.joinLeaveGroup;webpubsub.sendToGroup",
            });
            var node = cluster.Nodes[0];
            var line = node.Log.From(0).First(line => line.Contains("Now listening on: https://", StringComparison.Ordinal));
            using var socket = new ClientWebSocket();
            socket.Options.AddSubProtocol(Subprotocols.Json);
            socket.Options.Proxy = null;
            socket.Options.RemoteCertificateValidationCallback = (_, _, _, errors) => errors != SslPolicyErrors.RemoteCertificateNotAvailable;
            await socket.ConnectAsync(
                new UriBuilder(line[line.IndexOf("https://", StringComparison.Ordinal)..]) { Scheme = "wss", Path = "/client/hubs/chat" }.Uri,
                TestContext.Current.CancellationToken);

            Assert.Contains("\"connected\"", await ReceiveAsync(socket), StringComparison.Ordinal);
            await SendAsync(socket, """{"type":"joinGroup","group":"g","ackId":1}""");
            Assert.Contains("\"success\":true", await ReceiveAsync(socket), StringComparison.Ordinal);
            await SendAsync(socket, """{"type":"sendToGroup","group":"g","dataType":"text","data":"over TLS"}""");
            Assert.Contains("over TLS", await ReceiveAsync(socket), StringComparison.Ordinal);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
            Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
            await Eventually.True(async () => (await node.GetClusterAsync()).Nodes[0].Load.Connections == 0, "the node has forgotten the client");
        }
        finally
        {
            File.Delete(certificate);
        }
    }

    private static async Task<RawClient[]> ConnectAsync(NodeProcess node, int count)
    {
        var url = TestCluster.ClientUrl(node, "chat", roles: Roles.All);
        var clients = new RawClient[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            clients[i] = await RawClient.UpgradeAsync(url);
            await clients[i].SendAsync(Join);
            await clients[i].ReadUntilAsync("\"ack\"");
        });
        return clients;
    }

    private static byte[] NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.Export(X509ContentType.Pfx);
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var result = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).Within("a frame arrives");
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }
}
