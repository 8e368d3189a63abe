using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Net.Http.Headers;
using Parley.Cli.Terminal;
using Parley.Hub;
using Parley.Hub.Limits;

namespace Parley.Cli.Hosting;

/// <summary>One process that serves the hub and the web app.</summary>
internal static class HubServer
{
    /// <summary>Builds and starts the server. Throws <see cref="CliException"/> where the port or the address cannot be had.</summary>
    public static async Task<WebApplication> StartAsync(
        HubSite site, HubCertificate? certificate, HubTalk talk, Action<HubOptions> configure, CancellationToken cancellationToken)
    {
        var app = Build(site, certificate, talk, configure);
        try
        {
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw new CliException(ExitCode.PortInUse, $"port {site.Port} is in use; choose another with --port, or --port 0 for any free one");
        }
        catch (SocketException failure)
        {
            await app.DisposeAsync();
            throw new CliException(ExitCode.Failed, $"{site.Address} port {site.Port} cannot be listened on: {failure.Message}");
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a started server is reached: from outside where it says so, else where it listens.</summary>
    public static Uri AddressOf(WebApplication app, HubSite site) =>
        site.PublicAddresses.Count > 0 ? new UriBuilder(site.PublicAddresses[0]) { Scheme = IsSecure(site.PublicAddresses[0]) ? "https" : "http", Port = site.PublicAddresses[0].Port }.Uri
        : OwnAddressOf(app, MachineAddresses.Any);

    /// <summary>Logs to standard error, one line each.</summary>
    public static void Log(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>Where a started server is reached from this machine.</summary>
    public static Uri LocalAddressOf(WebApplication app) => OwnAddressOf(app, IPAddress.Loopback);

    private static Uri OwnAddressOf(WebApplication app, IPAddress ofAll)
    {
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        return bound.Host is "0.0.0.0" or "[::]" ? new UriBuilder(bound) { Host = ofAll.ToString() }.Uri : bound;
    }

    private static bool IsSecure(Uri address) => address.Scheme is "https" or "wss";

    private static WebApplication Build(HubSite site, HubCertificate? certificate, HubTalk talk, Action<HubOptions> configure)
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
            kestrel.Listen(site.Address, site.Port, listen => Secure(listen, certificate));
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        Log(builder.Logging);
        builder.Logging.SetMinimumLevel(talk == HubTalk.Verbose ? LogLevel.Information : LogLevel.Warning);
        if (talk != HubTalk.Quiet)
        {
            // What the owner orders stands in the log, whoever keeps that.
            builder.Logging.AddFilter("Parley.Hub.Administration", LogLevel.Information);
        }

        // A failed start is told in one line by the command itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddParleyHub(configure);

        var app = builder.Build();
        certificate?.LogTo(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Parley.Hub.Certificate"));
        app.UseHostGuard(site);
        app.UseSecurityHeaders();
        app.MapParleyHub();
        app.MapStaticAssets();
        app.MapFallbackToFile("index.html", new StaticFileOptions
        {
            OnPrepareResponse = file => file.Context.Response.Headers[HeaderNames.CacheControl] = "no-cache",
        });
        return app;
    }

    private static void Secure(ListenOptions listen, HubCertificate? certificate)
    {
        if (certificate is null)
        {
            return;
        }

        // The hub's sockets are upgrades of HTTP/1.1.
        listen.Protocols = HttpProtocols.Http1;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => new(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
        });
    }
}

/// <summary>How much a hub says.</summary>
internal enum HubTalk
{
    /// <summary>Warnings and errors.</summary>
    Quiet,

    /// <summary>Where it is, and what its owner orders.</summary>
    Normal,

    /// <summary>What it does.</summary>
    Verbose,
}
