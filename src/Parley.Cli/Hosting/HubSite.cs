using System.Net;
using Parley.Cli.Terminal;
using Parley.Identity;

namespace Parley.Cli.Hosting;

/// <summary>How a hub proves to browsers of other machines that it is who it says.</summary>
internal enum HubTls
{
    /// <summary>Not at all: on this machine only, or behind a proxy that does.</summary>
    None,

    /// <summary>By a certificate in files.</summary>
    Files,

    /// <summary>By one that it makes itself.</summary>
    SelfSigned,
}

/// <summary>Where a hub listens and how people reach it.</summary>
internal sealed record HubSite
{
    private const int PortDefault = 4444;

    /// <summary>The options that say so.</summary>
    public static IReadOnlyList<Option> Options { get; } =
    [
        new("port", "PORT", $"where to listen; 0 picks a free port (default {PortDefault})"),
        new("listen", "ADDRESS", "the address to listen on: 0.0.0.0 or [::] for all of this machine's (default 127.0.0.1, this machine only)"),
        new("public-address", "URL", "how people reach the hub from outside, such as https://chat.example.org; any number", Repeatable: true),
        new("tls-cert", "FILE", "the certificate with its chain (PEM); read again when the file changes"),
        new("tls-key", "FILE", "the certificate's key (PEM)"),
        new("tls-self-signed", null, "makes and keeps a certificate in the data folder, and prints its fingerprint"),
        new("behind-proxy", null, "a proxy does TLS: takes X-Forwarded-Proto and X-Forwarded-For from it, and requests from nobody else"),
        new("proxy", "ADDRESS", "the proxy's address or network (default: this machine's own addresses); any number", Repeatable: true),
    ];

    public required int Port { get; init; }

    public required IPAddress Address { get; init; }

    public required IReadOnlyList<Uri> PublicAddresses { get; init; }

    public required HubTls Tls { get; init; }

    public required bool IsBehindProxy { get; init; }

    public required IReadOnlyList<IPNetwork> Proxies { get; init; }

    public string CertificateFile { get; private init; } = "";

    public string KeyFile { get; private init; } = "";

    /// <summary>True where only this machine reaches it.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Address) && !IsBehindProxy;

    /// <summary>Reads the options. Throws a usage <see cref="CliException"/> where they do not go together.</summary>
    public static HubSite Of(Arguments arguments)
    {
        var hasFiles = arguments.Has("tls-cert") || arguments.Has("tls-key");
        var (isSelfSigned, isBehindProxy) = (arguments.Has("tls-self-signed"), arguments.Has("behind-proxy"));
        if ((hasFiles ? 1 : 0) + (isSelfSigned ? 1 : 0) + (isBehindProxy ? 1 : 0) > 1)
        {
            throw CliException.Usage("only one of --tls-cert and --tls-key, --tls-self-signed, and --behind-proxy");
        }

        var site = new HubSite
        {
            Port = arguments.Number("port", PortDefault, 0, 65_535),
            Address = AddressOf(arguments.Text("listen") ?? "127.0.0.1"),
            PublicAddresses = [.. arguments.All("public-address").Select(PublicAddressOf)],
            Tls = hasFiles ? HubTls.Files : isSelfSigned ? HubTls.SelfSigned : HubTls.None,
            IsBehindProxy = isBehindProxy,
            Proxies = [.. arguments.All("proxy").Select(NetworkOf)],
            CertificateFile = hasFiles ? arguments.Required("tls-cert") : "",
            KeyFile = hasFiles ? arguments.Required("tls-key") : "",
        };
        if (!isBehindProxy && site.Proxies.Count > 0)
        {
            throw CliException.Usage("--proxy goes with --behind-proxy");
        }

        if (isBehindProxy && site.PublicAddresses.Count == 0)
        {
            throw CliException.Usage("--behind-proxy needs --public-address: the hub cannot know what the proxy is called");
        }

        if (!IPAddress.IsLoopback(site.Address) && site.Tls == HubTls.None && !isBehindProxy)
        {
            throw CliException.Usage("beyond this machine a browser needs TLS: give --tls-cert and --tls-key, --tls-self-signed, or --behind-proxy");
        }

        return !site.IsLocal && arguments.Has("open") ? throw CliException.Usage("--open is for this machine only") : site;
    }

    private static IPAddress AddressOf(string text) => IPAddress.TryParse(text.Trim('[', ']'), out var address)
        ? address
        : throw CliException.Usage($"--listen takes an address such as 0.0.0.0, not '{text}'");

    private static IPNetwork NetworkOf(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
        : throw CliException.Usage($"--proxy takes an address such as 10.0.0.2 or a network such as 10.0.0.0/8, not '{text}'");

    private static Uri PublicAddressOf(string text)
    {
        try
        {
            var address = new Uri(text, UriKind.Absolute);
            _ = new HubAudience(null, address);
            return address;
        }
        catch (Exception failure) when (failure is UriFormatException or ArgumentException)
        {
            throw CliException.Usage($"--public-address takes an address such as https://chat.example.org, not '{text}'");
        }
    }
}
