using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Frames;
using Parley.Hub;
using Parley.Json;

namespace Parley.Testing;

/// <summary>
/// A real hub on a free loopback port in this process. Disposing stops it gracefully and throws where it logged an error.
/// </summary>
public sealed class HubFixture : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ErrorLog _log;

    private HubFixture(WebApplication app, ErrorLog log, TimeProvider time)
    {
        Time = time;
        _app = app;
        _log = log;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Http = new Uri(address);
        Socket = new UriBuilder(Http) { Scheme = "ws" }.Uri;
    }

    /// <summary>Its clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where its pages are.</summary>
    public Uri Http { get; }

    /// <summary>Where its sockets are.</summary>
    public Uri Socket { get; }

    /// <summary>What it logged as an error so far.</summary>
    public IReadOnlyCollection<string> Errors => _log.Errors;

    /// <summary>What the hub said, from level information on.</summary>
    public IReadOnlyCollection<string> LogLines => _log.Lines;

    /// <summary>The host's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a hub that has the space <c>main</c>: in memory unless the options name a data folder.</summary>
    /// <param name="configure">Sets the hub's options.</param>
    /// <param name="port">0 for any free one.</param>
    /// <param name="time">The hub's clock, where a test moves it.</param>
    public static async Task<HubFixture> StartAsync(Action<HubOptions>? configure = null, int port = 0, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new ErrorLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddParleyHub(options =>
        {
            // Most tests need one room that everybody is in; those about rights make their own.
            options.Commons = true;
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.MapParleyHub();
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new(app, log, time ?? TimeProvider.System);
    }

    /// <summary>How many sockets it has, by its own count.</summary>
    public async Task<long> ConnectionsAsync()
    {
        using var http = new HttpClient { BaseAddress = Http };
        var health = JsonReader.Read(await http.GetStringAsync(new Uri("/health", UriKind.Relative)));
        return health["connections"]!["active"]!.Integer!.Value;
    }

    /// <summary>The text of <c>/metrics</c>.</summary>
    public async Task<string> MetricsAsync()
    {
        using var http = new HttpClient { BaseAddress = Http };
        return await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    /// <summary>Stops it as a termination signal would, and keeps the fixture for questions.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _log.ThrowIfAny();
    }
}
