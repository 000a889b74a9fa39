using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Transport.Kit;

namespace WsCluster.Tests.Unit.Transport;

/// <summary>HTTP/1.1 by Kestrel over the transport, with requests that come in every shape.</summary>
public sealed class HttpTests
{
    [Fact]
    public async Task Many_clients_at_once_get_their_own_answers_whole()
    {
        await using var server = await KestrelServer.StartAsync(async context =>
        {
            await Task.Yield(); // Half of the work elsewhere than on the loop.
            var body = Bytes.Pattern(100_000 + int.Parse(context.Request.Query["n"].ToString(), provider: null));
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        });
        using var http = new HttpClient { BaseAddress = server.Address };

        var stop = TestContext.Current.CancellationToken;
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => http.GetByteArrayAsync($"/?n={n}", stop))).Within("all are answered");

        Assert.All(answers.Index(), answer => Assert.Equal(Bytes.Pattern(100_000 + answer.Index).AsSpan(), answer.Item.AsSpan()));
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_understood()
    {
        await using var server = await KestrelServer.StartAsync(EchoAsync);
        using var client = await server.ConnectAsync();

        foreach (var letter in "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
        {
            await client.SendAsync(letter.ToString());
        }

        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(["/a abc"], Bodies(await client.ReceiveToEndAsync()));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3_000)] // More than one read takes, and than the client reads while it sends.
    public async Task Pipelined_requests_are_answered_in_their_order(int count)
    {
        await using var server = await KestrelServer.StartAsync(EchoAsync);
        using var client = await server.ConnectAsync();

        var answers = client.ReceiveToEndAsync();
        await client.SendAsync(string.Concat(Enumerable.Range(0, count).Select(n => $"GET /{n} HTTP/1.1\r\nHost: x\r\n\r\n")));
        await client.SendAsync("GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.Equal([.. Enumerable.Range(0, count).Select(n => $"/{n} "), "/last "], Bodies(await answers));
    }

    /// <summary>Where the end comes with the request. Where it comes while the request is handled, HTTP breaks it off, as over Kestrel's own sockets.</summary>
    [Fact]
    public async Task Who_has_sent_its_last_request_and_closed_that_side_still_gets_the_answer()
    {
        await using var server = await KestrelServer.StartAsync(EchoAsync);
        for (var i = 0; i < 20; i++)
        {
            using var client = await server.ConnectAsync();
            using (await server.HoldLoopAsync())
            {
                await client.SendAsync($"POST /{i} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
                client.Shutdown(SocketShutdown.Send);
            }

            Assert.Equal([$"/{i} abc"], Bodies(await client.ReceiveToEndAsync()));
        }
    }

    [Fact]
    public async Task A_large_body_is_read_whole()
    {
        var body = Bytes.Pattern(5_000_000);
        byte[] received = [];
        await using var server = await KestrelServer.StartAsync(async context =>
        {
            using var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
            received = copy.ToArray();
        });
        using var http = new HttpClient { BaseAddress = server.Address };

        using var answer = await http.PostAsync("/", new ByteArrayContent(body), TestContext.Current.CancellationToken).Within("it is answered");

        answer.EnsureSuccessStatusCode();
        Assert.Equal(body.AsSpan(), received.AsSpan());
    }

    [Fact]
    public async Task A_handler_that_waits_is_told_that_its_client_has_gone()
    {
        var handling = new TaskCompletionSource();
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await KestrelServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            handling.SetResult();
            await aborted.Task;
        });
        var client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await handling.Task.Within("the request is handled");

        client.Dispose();

        await aborted.Task.Within("the handler is told");
    }

    /// <summary>Answers with path and body.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = $"{context.Request.Path} {await reader.ReadToEndAsync(CancellationToken.None)}";
        context.Response.ContentLength = text.Length;
        await context.Response.WriteAsync(text, CancellationToken.None);
    }

    private static List<string> Bodies(byte[] answers)
    {
        List<string> bodies = [];
        for (var rest = Encoding.Latin1.GetString(answers); rest.Length > 0;)
        {
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", rest, StringComparison.Ordinal);
            var body = rest.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            var length = int.Parse(rest[..body].Split("Content-Length: ")[1].Split("\r\n")[0], provider: null);
            bodies.Add(rest.Substring(body, length));
            rest = rest[(body + length)..];
        }

        return bodies;
    }
}
