using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Parley.Hub.Connections;

/// <summary>
/// The opening handshake of RFC 6455, done here and not by the framework's middleware, because the hub writes its frames itself:
/// one array for all receivers, many frames in one write.
/// </summary>
internal static class WebSocketUpgrade
{
    /// <summary>The sub-protocol of xnet/1.0. A token that a client offers beside it is never sent back.</summary>
    public const string SubProtocol = "xnet-sync.v1";

    private const string TokenPrefix = "xnet-auth.";
    private const string BearerPrefix = "Bearer ";

    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int KeyBytes = 16;

    /// <summary>True where the request asks for a WebSocket.</summary>
    public static bool IsAsked(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && HttpMethods.IsGet(context.Request.Method)
        && context.Request.Headers.Upgrade.Any(static v => string.Equals(v, "websocket", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The token that a request shows, as text: in <c>Authorization</c>, or, for browsers, which cannot set headers, among the
    /// sub-protocols. Null where it shows none.
    /// </summary>
    public static string? TokenIn(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? authorization[BearerPrefix.Length..].Trim()
            : Offers(request.Headers.SecWebSocketProtocol).FirstOrDefault(static o => o.StartsWith(TokenPrefix, StringComparison.Ordinal))?[TokenPrefix.Length..];
    }

    /// <summary>Answers the handshake; the stream, or null where the request was refused with a status.</summary>
    public static async Task<Stream?> AcceptAsync(HttpContext context)
    {
        var request = context.Request.Headers;
        var response = context.Response;
        if (!string.Equals(request.SecWebSocketVersion, "13", StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status426UpgradeRequired;
            response.Headers.SecWebSocketVersion = "13";
            return null;
        }

        var key = request.SecWebSocketKey.ToString();
        if (!IsKey(key))
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return null;
        }

        response.Headers.Connection = HeaderNames.Upgrade;
        response.Headers.Upgrade = "websocket";
        response.Headers.SecWebSocketAccept = Accept(key);
        if (Offers(request.SecWebSocketProtocol).Contains(SubProtocol, StringComparer.Ordinal))
        {
            response.Headers.SecWebSocketProtocol = SubProtocol;
        }

        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static IEnumerable<string> Offers(IEnumerable<string?> offers) =>
        offers.SelectMany(static o => (o ?? "").Split(',', StringSplitOptions.TrimEntries));

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    private static string Accept(string key) =>
        // RFC 6455 asks for SHA-1; nothing is secured by it.
#pragma warning disable CA5350
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));
#pragma warning restore CA5350
}
