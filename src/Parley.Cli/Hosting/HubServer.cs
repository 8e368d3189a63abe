using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Parley.Cli.Terminal;
using Parley.Hub;

namespace Parley.Cli.Hosting;

/// <summary>One process that serves the hub and the web app on loopback.</summary>
internal static class HubServer
{
    /// <summary>Builds and starts the server. Throws <see cref="CliException"/> where the port is taken.</summary>
    public static async Task<WebApplication> StartAsync(int port, bool verbose, Action<HubOptions> configure, CancellationToken cancellationToken)
    {
        var app = Build(port, verbose, configure);
        try
        {
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw new CliException(ExitCode.PortInUse, $"port {port} is in use; choose another with --port, or --port 0 for any free one");
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a started server listens.</summary>
    public static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    /// <summary>Logs to standard error, one line each.</summary>
    public static void Log(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static WebApplication Build(int port, bool verbose, Action<HubOptions> configure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "parley",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });

        // Only a plain build, not a publish, leaves the assets where they were and this table of where that is.
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, "parley.staticwebassets.runtime.json")))
        {
            builder.WebHost.UseStaticWebAssets();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        Log(builder.Logging);
        builder.Logging.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning);
        // A failed start is told in one line by the command itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddParleyHub(configure);

        var app = builder.Build();
        app.UseLoopbackGuard();
        app.UseSecurityHeaders();
        app.MapParleyHub();
        app.MapStaticAssets();
        app.MapFallbackToFile("index.html", new StaticFileOptions
        {
            OnPrepareResponse = file => file.Context.Response.Headers[HeaderNames.CacheControl] = "no-cache",
        });
        return app;
    }
}
