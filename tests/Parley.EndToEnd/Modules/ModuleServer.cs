using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Parley.EndToEnd.Modules;

/// <summary>Serves a page that holds nothing but the modules of Parley.Browser, under the app's Content-Security-Policy.</summary>
public sealed class ModuleServer : IAsyncLifetime
{
    private const string Policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
    private const string Page = """<!doctype html><title>modules</title><link rel="icon" href="data:,"><script type="module" src="/harness.js"></script>""";

    private const string ServiceWorker = """
        // Build BUILD
        addEventListener('message', event => { if (event.data?.type === 'skip-waiting') skipWaiting(); else event.ports[0].postMessage(BUILD); });
        addEventListener('activate', event => event.waitUntil(clients.claim()));
        """;

    private readonly WebApplication _server;

    public ModuleServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddRoutingCore();
        _server = builder.Build();
        _server.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = $"{Policy}; img-src 'self' data:";
            context.Response.Headers.CacheControl = "no-store";
            return next();
        });
        var sqlite = Repository.At("node_modules", "@sqlite.org", "sqlite-wasm", "dist");
        _server.MapGet("/_content/Parley.Browser/sqlite/sqlite3.js", () => Results.File(Path.Combine(sqlite, "index.mjs"), "text/javascript"));
        _server.MapGet("/_content/Parley.Browser/sqlite/sqlite3.wasm", () => Results.File(Path.Combine(sqlite, "sqlite3.wasm"), "application/wasm"));
        _server.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Repository.At("node_modules", "@mediapipe", "selfie_segmentation")),
            RequestPath = "/_content/Parley.Browser/mediapipe",
            ServeUnknownFileTypes = true,
        });
        _server.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Repository.At("src", "Parley.Browser", "wwwroot")),
            RequestPath = "/_content/Parley.Browser",
        });
        foreach (var script in new[] { "harness.js", "late-worker.js" })
        {
            _server.MapGet($"/{script}", () => Results.Stream(typeof(ModuleServer).Assembly.GetManifestResourceStream(script)!, "text/javascript"));
        }

        _server.MapGet("/service-worker.js", () => Results.Text(ServiceWorker.Replace("BUILD", Build.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), "text/javascript"));
        _server.MapGet("/stage.css", () => Results.Text("#leave { color: rgb(1, 2, 3); }", "text/css"));
        _server.MapGet("/", () => Results.Content(Page, "text/html"));
    }

    /// <summary>The number of the build whose service worker is served.</summary>
    public int Build { get; set; } = 1;

    public string Address => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
