using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Parley.Hub.Administration;
using Parley.Hub.Connections;

namespace Parley.Hub;

/// <summary>Adds a hub to a web application.</summary>
public static class HubRegistration
{
    /// <summary>Registers the hub's parts. The host opens its database when it starts, and everything taken is committed when it stops.</summary>
    /// <remarks>
    /// Starting throws <see cref="ParleyException"/> where the data folder cannot be used: <see cref="ParleyErrorCode.Storage"/>,
    /// <see cref="ParleyErrorCode.StoreInUse"/>, <see cref="ParleyErrorCode.NewerStore"/>.
    /// </remarks>
    public static IServiceCollection AddParleyHub(this IServiceCollection services, Action<HubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new HubOptions();
        configure?.Invoke(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<HubHost>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<HubHost>());
        return services;
    }

    /// <summary>Accepts hub WebSockets on any path (a request without an upgrade passes on), and maps <c>/health</c>, <c>/ready</c>, <c>/metrics</c>, <c>/hub/admin</c> and <c>/hub/claim</c>.</summary>
    public static WebApplication MapParleyHub(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var hub = app.Services.GetRequiredService<HubHost>();
        app.Use((context, next) => WebSocketUpgrade.IsAsked(context) ? hub.AcceptAsync(context) : next(context));
        app.MapGet("/health", context => WriteHealthAsync(context, hub));
        app.MapGet("/ready", context => WriteReadyAsync(context, hub));
        app.MapGet("/metrics", context => WriteMetricsAsync(context, hub));
        AdministrationEndpoints.Map(app, hub);
        return app;
    }

    /// <summary>
    /// Where, below the app's address, a person becomes the owner of a started hub: <c>/claim#code=…</c>, with a code that is good once. Null
    /// where the hub has an owner and no new code was made.
    /// </summary>
    public static string? ParleyHubClaim(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<HubHost>().ClaimCode is { } code ? "/claim#code=" + code : null;
    }

    /// <summary>Lets whoever shows this secret give the owner's orders (<c>POST /hub/admin</c>): for a file that only the hub's user reads.</summary>
    public static void AcceptParleyHubSecret(this WebApplication app, string secret)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Services.GetRequiredService<HubHost>().LocalSecret = secret;
    }

    private static Task WriteHealthAsync(HttpContext context, HubHost hub)
    {
        var health = hub.Health;
        return WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, hub.IsReady ? "ok"u8 : "stopping"u8);
            json.WriteString("version"u8, health.Version);
            json.WriteString("hubDid"u8, health.HubDid);
            json.WriteNumber("uptime"u8, health.UptimeSeconds);
            json.WriteStartObject("connections"u8);
            json.WriteNumber("active"u8, health.Connections);
            json.WriteNumber("max"u8, health.ConnectionsMax);
            json.WriteEndObject();
            json.WriteNumber("rooms"u8, health.Rooms);
            json.WriteNumber("memory"u8, health.MemoryBytes);
            json.WriteEndObject();
        });
    }

    private static Task WriteReadyAsync(HttpContext context, HubHost hub)
    {
        context.Response.StatusCode = hub.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, hub.IsReady ? "ready"u8 : "stopping"u8);
            json.WriteEndObject();
        });
    }

    private static Task WriteMetricsAsync(HttpContext context, HubHost hub)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(hub.MetricsText, context.RequestAborted);
    }

    private static async Task WriteJsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            write(json);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
