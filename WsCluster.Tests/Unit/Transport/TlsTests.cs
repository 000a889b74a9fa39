using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>TLS by Kestrel above the transport.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly X509Certificate2 _certificate = CreateCertificate();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Both_versions_of_http_carry_large_bodies_in_both_directions(string version)
    {
        await using var server = await KestrelServer.StartAsync(
            async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                context.Response.Headers["x-protocol"] = context.Request.Protocol;
                await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted);
            },
            endpoint => endpoint.UseHttps(_certificate));
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        };
        using var http = new HttpClient(handler)
        {
            BaseAddress = new UriBuilder(server.Address) { Scheme = "https" }.Uri,
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var bytes = Bytes.Pattern(1_000_000);
        var stop = TestContext.Current.CancellationToken;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => http.PostAsync("/", new ByteArrayContent(bytes), stop))).Within("all are answered");

        foreach (var answer in answers)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(version == "2.0" ? "HTTP/2" : "HTTP/1.1", Assert.Single(answer.Headers.GetValues("x-protocol")));
            Assert.True((await answer.Content.ReadAsByteArrayAsync(stop)).AsSpan().SequenceEqual(bytes));
        }
    }

    [Fact]
    public async Task Who_does_not_greet_in_time_is_closed()
    {
        await using var server = await KestrelServer.StartAsync(
            _ => Task.CompletedTask,
            endpoint => endpoint.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = _certificate,
                HandshakeTimeout = TimeSpan.FromMilliseconds(100),
            }));
        using var client = await server.ConnectAsync();

        Assert.Empty(await client.ReceiveToEndAsync());
    }

    public void Dispose() => _certificate.Dispose();

    private static X509Certificate2 CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
