using System.Net;
using System.Net.Http.Json;

namespace WsCluster.Tests.Kit;

/// <summary>Requests to nodes and proxies.</summary>
public static class WebServerExtensions
{
    /// <summary>One client for all: what is asked here is asked of many short-lived processes.</summary>
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>GET, whatever the status.</summary>
    public static Task<HttpResponseMessage> GetAsync(this IWebServer server, string path) =>
        Http.GetAsync(new Uri(server.Address, path), TestContext.Current.CancellationToken);

    /// <summary>POST without a body, whatever the status.</summary>
    public static Task<HttpResponseMessage> PostAsync(this IWebServer server, string path) =>
        Http.PostAsync(new Uri(server.Address, path), content: null, TestContext.Current.CancellationToken);

    /// <summary>GET, with the answer's body still to come.</summary>
    public static Task<HttpResponseMessage> OpenAsync(this IWebServer server, HttpRequestMessage request)
    {
        request.RequestUri = new Uri(server.Address, request.RequestUri!);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>The status of a GET.</summary>
    public static async Task<HttpStatusCode> GetStatusAsync(this IWebServer server, string path)
    {
        using var response = await server.GetAsync(path);
        return response.StatusCode;
    }

    /// <summary>The cluster as this node sees it, or the one that the proxy asked.</summary>
    public static async Task<ClusterView> GetClusterAsync(this IWebServer server)
    {
        using var response = await server.GetAsync("/cluster");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<ClusterView>(TestContext.Current.CancellationToken))!;
    }
}
