using System.Net;
using System.Net.Http.Headers;
using Parley.Json;
using Parley.Web.Shell;

namespace Parley.Web.Admin;

/// <summary>Orders to the hub that served this page, by whoever proves to be its owner.</summary>
public sealed class HubOrders(HttpClient http, Session session)
{
    /// <summary>Asks for something of <c>/hub/admin</c>. Throws <see cref="HubOrderException"/>.</summary>
    public Task<JsonValue> AskAsync(string what, string? member = null, string? value = null) => SendAsync(
        "hub/admin", JsonValue.Object(("do", JsonValue.Of(what)), (member ?? "with", value is null ? null : JsonValue.Of(value))));

    /// <summary>Makes this person the hub's owner by the code that it printed. Throws <see cref="HubOrderException"/>.</summary>
    public Task<JsonValue> ClaimAsync(string code) => SendAsync("hub/claim", JsonValue.Object(("code", JsonValue.Of(code))));

    private async Task<JsonValue> SendAsync(string path, JsonValue request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(CanonicalJson.ToBytes(request)) };
        try
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await session.Client.ProveAsync());
            using var answer = await http.SendAsync(message);
            var isRead = JsonReader.TryRead(await answer.Content.ReadAsByteArrayAsync(), out var value) == JsonFault.None;
            return answer.IsSuccessStatusCode && isRead ? value : throw new HubOrderException(answer.StatusCode, isRead ? value["error"]?.Text : null);
        }
        catch (Exception failure) when (failure is HttpRequestException or ParleyException)
        {
            throw new HubOrderException(null, failure.Message);
        }
    }
}

/// <summary>The hub did not do it.</summary>
/// <param name="status">Its answer; null where there was none.</param>
/// <param name="why">Its word for that.</param>
public sealed class HubOrderException(HttpStatusCode? status, string? why) : Exception(why ?? "The hub did not do it.")
{
    /// <summary>True where it takes orders of somebody else alone.</summary>
    public bool IsForOthers => status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized;

    /// <summary>What that means for the person.</summary>
    public string Sentence => status switch
    {
        null => Strings.Admin_Unreachable,
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => Strings.Admin_NotOwner,
        _ => Phrase.Of(Strings.Admin_Refused, Message),
    };
}
