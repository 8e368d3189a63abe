using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Parley.Hub.Connections;
using Parley.Json;

namespace Parley.Hub.Administration;

/// <summary>
/// <c>POST /hub/admin</c> and <c>POST /hub/claim</c>: JSON in and out, from pages of this hub alone. The bearer is the person's token for this
/// hub, or, on the machine itself, the secret that lies in the data folder.
/// </summary>
internal static class AdministrationEndpoints
{
    private const int RequestBytesMax = 4_096;

    public static void Map(WebApplication app, IAdministrationHost hub)
    {
        app.MapPost("/hub/admin", context => AdministerAsync(context, hub));
        app.MapPost("/hub/claim", context => ClaimAsync(context, hub));
    }

    private static async Task AdministerAsync(HttpContext context, IAdministrationHost hub)
    {
        if (await ReadAsync(context, hub) is not { } request)
        {
            return;
        }

        if (IsSecretOf(hub, WebSocketUpgrade.TokenIn(context.Request)))
        {
            await AnswerAsync(context, await hub.Administration.AnswerAsync(request, "the data folder's owner"));
        }
        else if (await PersonAsync(context, hub) is not { } person)
        {
            return;
        }
        else if (person != hub.Owner)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Only the hub's owner may do this.");
        }
        else
        {
            await AnswerAsync(context, await hub.Administration.AnswerAsync(request, person.Value));
        }
    }

    private static async Task ClaimAsync(HttpContext context, IAdministrationHost hub)
    {
        if (await ReadAsync(context, hub) is { } request && await PersonAsync(context, hub) is { } person)
        {
            if (await hub.ClaimAsync(request["code"]?.Text ?? "", person))
            {
                await AnswerAsync(context, JsonValue.EmptyObject);
            }
            else
            {
                await RefuseAsync(context, StatusCodes.Status403Forbidden, "This link has been used, or a newer one was made.");
            }
        }
    }

    /// <summary>The request's JSON; null where it was answered already.</summary>
    private static async Task<JsonValue?> ReadAsync(HttpContext context, IAdministrationHost hub)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!hub.IsReady)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The hub stops.");
            return null;
        }

        if (!IsFromHere(context.Request))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Only pages of this hub may ask this.");
            return null;
        }

        var buffer = new byte[RequestBytesMax + 1];
        var length = 0;
        while (length < buffer.Length && await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted) is > 0 and var more)
        {
            length += more;
        }

        if (length <= RequestBytesMax && JsonReader.TryRead(buffer.AsSpan(0, length), out var request) == JsonFault.None)
        {
            return request;
        }

        await RefuseAsync(context, StatusCodes.Status400BadRequest, "That is no request.");
        return null;
    }

    /// <summary>Whoever the token proves; null where it was answered already.</summary>
    private static async Task<Ids.PersonId?> PersonAsync(HttpContext context, IAdministrationHost hub)
    {
        var (person, why) = hub.Prove(context);
        if (person is null)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, why);
        }

        return person;
    }

    /// <summary>No origin is a program; a browser names the page that asks, which must be one of ours.</summary>
    private static bool IsFromHere(HttpRequest request)
    {
        var origin = request.Headers[HeaderNames.Origin].ToString();
        return origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsSecretOf(IAdministrationHost hub, string? shown) =>
        hub.LocalSecret is { } secret && shown is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(shown));

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, JsonValue.Object(("error", JsonValue.Of(why))));
    }

    private static Task AnswerAsync(HttpContext context, JsonValue answer)
    {
        context.Response.StatusCode = answer["error"] is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return WriteAsync(context, answer);
    }

    private static Task WriteAsync(HttpContext context, JsonValue value)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(CanonicalJson.ToBytes(value), context.RequestAborted).AsTask();
    }
}
