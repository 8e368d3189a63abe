using System.Globalization;
using System.Net;
using Parley.Cli.Terminal;
using Parley.Hub;

namespace Parley.Cli.Turn;

/// <summary>The options of <c>parley hub</c> about finding the way to each other in calls.</summary>
internal static class IceArguments
{
    private const int LifetimeSecondsMin = 60;
    private const int LifetimeSecondsMax = 86_400;

    public static IReadOnlyList<Option> Options { get; } =
    [
        new("turn", null, "starts coturn beside the hub and looks after it, for calls that find no direct way"),
        new("turn-address", "IP", "where that coturn listens, relays and is reached (default 127.0.0.1)"),
        new("turn-port", "PORT", $"its port, UDP and TCP (default {TurnSettings.PortDefault})"),
        new("turn-relay-ports", "MIN-MAX", $"its relay ports, UDP (default {TurnSettings.RelayPortMinDefault}-{TurnSettings.RelayPortMaxDefault})"),
        new("turn-server", "URL", "a TURN server that runs elsewhere (turn:… or turns:…); may be given several times", Repeatable: true),
        new("turn-secret", "FILE", "holds what the hub shares with those servers (coturn's static-auth-secret)"),
        new("turn-lifetime-seconds", "N", $"how long a TURN credential is good, {LifetimeSecondsMin} to {LifetimeSecondsMax} (default 3600)"),
        new("stun-server", "URL", "a STUN server (stun:…); may be given several times", Repeatable: true),
    ];

    /// <summary>What the options say. Throws a usage <see cref="CliException"/>.</summary>
    public static IceOptions Read(Arguments arguments)
    {
        var ice = new IceOptions
        {
            TurnLifetimeSeconds = arguments.Number("turn-lifetime-seconds", 3_600, LifetimeSecondsMin, LifetimeSecondsMax),
            TurnSecret = arguments.Text("turn-secret") is { } file ? Secret(file) : null,
        };
        Add(ice.StunServers, arguments.All("stun-server"), "--stun-server", "stun:", "stuns:");
        Add(ice.TurnServers, arguments.All("turn-server"), "--turn-server", "turn:", "turns:");
        if (ice.TurnServers.Count > 0 != ice.TurnSecret is not null)
        {
            throw CliException.Usage("--turn-server and --turn-secret belong together");
        }

        return ice.TurnSecret is not null && arguments.Has("turn")
            ? throw CliException.Usage("--turn brings a secret of its own; give either --turn or --turn-server")
            : ice;
    }

    /// <summary>The coturn to run, or null. Throws a usage <see cref="CliException"/>.</summary>
    public static TurnSettings? ReadTurn(Arguments arguments)
    {
        if (!arguments.Has("turn"))
        {
            return null;
        }

        if (!IPAddress.TryParse(arguments.Text("turn-address") ?? "127.0.0.1", out var address))
        {
            throw CliException.Usage("--turn-address takes an IP address of this machine");
        }

        var (min, max) = Ports(arguments.Text("turn-relay-ports"));
        return new(address, arguments.Number("turn-port", TurnSettings.PortDefault, 1, 65_535), min, max);
    }

    private static (int Min, int Max) Ports(string? text)
    {
        if (text is null)
        {
            return (TurnSettings.RelayPortMinDefault, TurnSettings.RelayPortMaxDefault);
        }

        var parts = text.Split('-');
        return parts.Length == 2 && TryPort(parts[0], out var min) && TryPort(parts[1], out var max) && min <= max
            ? (min, max)
            : throw CliException.Usage("--turn-relay-ports takes two ports from 1024 to 65535, as MIN-MAX");
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1_024 and <= 65_535;

    private static void Add(IList<string> servers, IReadOnlyList<string> urls, string option, params string[] schemes)
    {
        foreach (var url in urls)
        {
            servers.Add(schemes.Any(scheme => url.StartsWith(scheme, StringComparison.Ordinal) && url.Length > scheme.Length)
                ? url
                : throw CliException.Usage($"{option} takes an address that begins with {string.Join(" or ", schemes)}"));
        }
    }

    private static string Secret(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } secret ? secret : throw CliException.Usage($"the file of --turn-secret is empty: {file}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"the file of --turn-secret cannot be read: {failure.Message}");
        }
    }
}
