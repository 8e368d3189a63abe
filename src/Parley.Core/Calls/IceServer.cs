using Parley.Json;

namespace Parley.Calls;

/// <summary>A STUN or TURN server, as RTCIceServer has it.</summary>
/// <param name="Urls">Its addresses: <c>stun:</c>, <c>turn:</c>, <c>turns:</c>.</param>
/// <param name="Username">For TURN.</param>
/// <param name="Credential">For TURN.</param>
public sealed record IceServer(IReadOnlyList<string> Urls, string? Username = null, string? Credential = null);

/// <summary>The ICE servers that a hub hands out, and for how long they are good.</summary>
/// <param name="Servers">The servers.</param>
/// <param name="LifetimeSeconds">When that is over, others are to be asked for; connections that stand go on.</param>
public sealed record IceServers(IReadOnlyList<IceServer> Servers, int LifetimeSeconds)
{
    /// <summary>The most servers, and the most addresses of one, that are read.</summary>
    public const int CountMax = 16;

    /// <summary>As JSON.</summary>
    public JsonValue ToJson() => JsonValue.Object(
        ("servers", JsonValue.Array([.. Servers.Select(server => JsonValue.Object(
            ("urls", JsonValue.Array([.. server.Urls.Select(JsonValue.Of)])),
            ("username", server.Username is { } username ? JsonValue.Of(username) : null),
            ("credential", server.Credential is { } credential ? JsonValue.Of(credential) : null)))])),
        ("lifetimeSeconds", JsonValue.Of(LifetimeSeconds)));

    /// <summary>Null where it is none.</summary>
    public static IceServers? TryRead(JsonValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value["servers"] is not { Kind: JsonKind.Array, Items.Count: <= CountMax } list || value["lifetimeSeconds"]?.Integer is not (> 0 and <= int.MaxValue and var seconds))
        {
            return null;
        }

        var servers = new List<IceServer>();
        foreach (var item in list.Items)
        {
            if (item["urls"] is not { Kind: JsonKind.Array, Items.Count: > 0 and <= CountMax } urls || urls.Items.Any(url => url.Text is not { Length: > 0 and <= 512 }))
            {
                return null;
            }

            servers.Add(new([.. urls.Items.Select(url => url.Text!)], item["username"]?.Text, item["credential"]?.Text));
        }

        return new(servers, (int)seconds);
    }
}
