using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Net.Http.Headers;

namespace Parley.Cli.Hosting;

/// <summary>
/// Keeps a hub from being used by web pages of elsewhere through the browser of somebody who reaches it: a page may open a WebSocket to any
/// address, and a name under a stranger's control may resolve to any. Both show in the headers that a browser sets itself.
/// </summary>
internal static class HostGuard
{
    /// <summary>Takes requests by the hub's own names alone, and behind a proxy from the proxy alone.</summary>
    public static void UseHostGuard(this WebApplication app, HubSite site)
    {
        if (site.IsBehindProxy)
        {
            app.Use((context, next) => IsProxy(site, context.Connection.RemoteIpAddress) ? next(context) : RefuseAsync(context, "This hub is reached through its proxy only."));
            app.UseForwardedHeaders(Forwarded(site));
        }

        app.Use((context, next) =>
        {
            var host = context.Request.Host.Host;
            var origin = context.Request.Headers[HeaderNames.Origin].ToString();
            return !IsOwn(site, host, context.Connection.LocalIpAddress) ? RefuseAsync(context, "This hub does not go by that name.")
                : !IsOwnOrigin(site, host, origin, context.Connection.LocalIpAddress) ? RefuseAsync(context, "This hub serves no pages of elsewhere.")
                : next(context);
        });
    }

    private static ForwardedHeadersOptions Forwarded(HubSite site)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        foreach (var proxy in site.Proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }

        return options;
    }

    private static bool IsProxy(HubSite site, IPAddress? from) =>
        from is not null && (IPAddress.IsLoopback(from) || site.Proxies.Any(p => p.Contains(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from)));

    private static bool IsOwn(HubSite site, string host, IPAddress? here) =>
        IsLoopback(host)
        || site.PublicAddresses.Any(a => string.Equals(a.Host, host, StringComparison.OrdinalIgnoreCase))
        || (site.Tls != HubTls.None && here is not null && IPAddress.TryParse(host.Trim('[', ']'), out var number)
            && number.Equals(here.IsIPv4MappedToIPv6 ? here.MapToIPv4() : here));

    /// <summary>No origin is a terminal or a navigation; <c>null</c> is a sandboxed page, which is a stranger.</summary>
    private static bool IsOwnOrigin(HubSite site, string host, string origin, IPAddress? here) =>
        origin.Length == 0
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && (string.Equals(uri.Host, host, StringComparison.OrdinalIgnoreCase) || IsOwn(site, uri.Host, here)));

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static Task RefuseAsync(HttpContext context, string why)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }
}
