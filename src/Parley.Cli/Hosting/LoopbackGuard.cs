using System.Net;
using Microsoft.Net.Http.Headers;

namespace Parley.Cli.Hosting;

/// <summary>
/// Keeps a hub that trusts everybody on this machine from being used by web pages of elsewhere: a page may open a WebSocket
/// to any address, and a name under a stranger's control may resolve to 127.0.0.1. Both show in the headers a browser sets itself.
/// </summary>
internal static class LoopbackGuard
{
    public static IApplicationBuilder UseLoopbackGuard(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (IsLoopback(context.Request.Host.Host) && OriginIsLoopback(context.Request.Headers[HeaderNames.Origin]))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("This hub serves this machine only.\n");
    });

    /// <summary>No origin is a terminal or a navigation; <c>null</c> is a sandboxed page, which is a stranger.</summary>
    private static bool OriginIsLoopback(string? origin) =>
        string.IsNullOrEmpty(origin) || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLoopback(uri.Host));

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
