using System.Globalization;

namespace Parley.Calls.Diagnosis;

/// <summary>The address of a STUN or TURN server (RFC 7064, RFC 7065), read.</summary>
/// <param name="Step">The way that it is: STUN, or TURN over UDP, TCP or TLS.</param>
/// <param name="Host">A name or an IP address, without brackets.</param>
/// <param name="Port">Its port, the scheme's where none is written.</param>
public sealed record IceUrl(CheckStep Step, string Host, int Port)
{
    private const int PortDefault = 3_478;
    private const int TlsPortDefault = 5_349;

    /// <summary>Every address of the servers that can be tried, with the server that it is of. TURN over UDP is a STUN server too, where no other is named.</summary>
    public static IReadOnlyList<(IceServer Server, string Text, IceUrl Url)> AllOf(IceServers servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        List<(IceServer Server, string Text, IceUrl Url)> all =
            [.. from server in servers.Servers from text in server.Urls where TryParse(text, out _) select (server, text, Parse(text))];
        if (!all.Exists(static one => one.Url.Step == CheckStep.Stun))
        {
            all.AddRange([.. from one in all where one.Url.Step == CheckStep.TurnUdp select (new IceServer([Stun(one.Url)]), Stun(one.Url), one.Url with { Step = CheckStep.Stun })]);
        }

        return all;
    }

    /// <summary>Reads one. False where it is none that can be tried: another scheme, or STUN or TURN over DTLS.</summary>
    public static bool TryParse(string? text, out IceUrl url)
    {
        url = new(CheckStep.Stun, "", 0);
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0)
        {
            return false;
        }

        var scheme = text![..colon];
        var parts = text[(colon + 1)..].Split('?');
        var transport = parts is [_, var query] && query.StartsWith("transport=", StringComparison.Ordinal) ? query["transport=".Length..] : null;
        CheckStep? step = (scheme, transport) switch
        {
            ("stun", null) => CheckStep.Stun,
            ("turn", null or "udp") => CheckStep.TurnUdp,
            ("turn", "tcp") => CheckStep.TurnTcp,
            ("turns", null or "tcp") => CheckStep.TurnTls,
            _ => null,
        };
        if (step is not { } way || parts.Length > 2 || (parts.Length == 2 && transport is null)
            || !TryPlace(parts[0], scheme == "turns" ? TlsPortDefault : PortDefault, out var host, out var port))
        {
            return false;
        }

        url = new(way, host, port);
        return true;
    }

    private static IceUrl Parse(string text) => TryParse(text, out var url) ? url : throw new ArgumentException("Not an address of an ICE server.", nameof(text));

    private static string Stun(IceUrl url) => url.Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"stun:[{url.Host}]:{url.Port}")
        : string.Create(CultureInfo.InvariantCulture, $"stun:{url.Host}:{url.Port}");

    private static bool TryPlace(string text, int portDefault, out string host, out int port)
    {
        (host, port) = (text, portDefault);
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (text.StartsWith('[') && end == 0)
        {
            return false;
        }

        if (end >= 0)
        {
            host = text[..end].Trim('[', ']');
            var rest = text[end..];
            if (rest.Length > 0 && !(rest[0] == ':' && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65_535))
            {
                return false;
            }
        }

        return host.Length > 0;
    }
}
