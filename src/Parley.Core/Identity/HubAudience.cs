using System.Text;
using Parley.Ids;

namespace Parley.Identity;

/// <summary>The names under which a hub takes tokens: its DID, and the addresses at which it is reached.</summary>
/// <remarks>
/// A token made for another hub must not open this one, or each hub could visit the next in its users' names (W33).
/// Immutable.
/// </remarks>
public sealed class HubAudience
{
    private readonly PersonId? _hub;
    private readonly (string Origin, string Path)[] _addresses;

    /// <summary>The hub's names.</summary>
    /// <param name="hub">Its DID, where it has one.</param>
    /// <param name="addresses">Absolute, <c>http(s)</c> or <c>ws(s)</c>, as people reach it from outside.</param>
    /// <exception cref="ArgumentException">An address is of another kind, or carries a user, a query, a fragment or a host name beyond ASCII (which <c>xn--</c> spells).</exception>
    public HubAudience(PersonId? hub, params IEnumerable<Uri> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        _hub = hub;
        _addresses = [.. addresses.Select(address => Read(address)
            ?? throw new ArgumentException("Not an absolute http or ws address with an ASCII host and without user, query and fragment.", nameof(addresses)))];
    }

    /// <summary>What a token says to name the hub at an address that is dialled: the address without user, query and fragment.</summary>
    public static string Of(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var host = address.HostNameType == UriHostNameType.Dns ? address.IdnHost : address.Host;
        var port = address.IsDefaultPort ? "" : $":{address.Port}";
        return $"{address.Scheme}://{host}{port}{address.AbsolutePath}";
    }

    /// <summary>True where a token with this audience was made for this hub. Never throws on any input.</summary>
    /// <remarks>
    /// Addresses agree in scheme (<c>ws</c> as <c>http</c>, <c>wss</c> as <c>https</c>), host and port; the path is the hub's own or below it.
    /// </remarks>
    public bool Accepts(string? audience)
    {
        if (audience is null)
        {
            return false;
        }

        if (_hub is { } hub && audience == hub.Value)
        {
            return true;
        }

        return Uri.TryCreate(audience, UriKind.Absolute, out var uri) && Read(uri) is { } asked && Array.Exists(_addresses, own => Holds(own, asked));
    }

    private static bool Holds((string Origin, string Path) own, (string Origin, string Path) asked) =>
        own.Origin == asked.Origin
        && asked.Path.StartsWith(own.Path, StringComparison.Ordinal)
        && (asked.Path.Length == own.Path.Length || asked.Path[own.Path.Length] == '/');

    private static (string Origin, string Path)? Read(Uri uri)
    {
        var scheme = !uri.IsAbsoluteUri ? null : uri.Scheme switch
        {
            "http" or "ws" => "http",
            "https" or "wss" => "https",
            _ => null,
        };
        if (scheme is null || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return null;
        }

        // A name beyond ASCII has many spellings, and not all that parse can be turned into the one of DNS.
        return Ascii.IsValid(uri.Host) ? ($"{scheme}://{uri.Host}:{uri.Port}", uri.AbsolutePath.TrimEnd('/')) : null;
    }
}
