using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace WsCluster.Proxy.Demo;

/// <summary>The page: <c>index.html</c> at <c>/</c>, everything else of the folder under <c>/demo/</c>.</summary>
internal static class DemoPage
{
    private const string Prefix = "/demo";
    private const string Index = Prefix + "/index.html";

    public static void MapDemoPage(this WebApplication app)
    {
        var files = Path.Combine(AppContext.BaseDirectory, "Demo", "Page");
        var pipeline = ((IEndpointRouteBuilder)app).CreateApplicationBuilder();
        pipeline.Use(next => context =>
        {
            // The middleware leaves a request alone that already has an endpoint.
            context.SetEndpoint(null);
            context.Request.Path = context.Request.Path == "/" ? Index : context.Request.Path;
            return next(context);
        });
        pipeline.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(files),
            RequestPath = Prefix,
            OnPrepareResponse = SetHeaders,
        });

        var page = pipeline.Build();
        app.Map("/", page);
        app.Map(Prefix + "/{**file}", page);
    }

    private static void SetHeaders(StaticFileResponseContext file)
    {
        var (request, headers) = (file.Context.Request, file.Context.Response.Headers);
        headers[HeaderNames.CacheControl] = "no-cache";
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        // 'self' does not cover WebSockets to the same host in every browser.
        headers[HeaderNames.ContentSecurityPolicy] =
            $"default-src 'self'; connect-src 'self' ws://{request.Host} wss://{request.Host}; " +
            "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }
}
