using System.Net;

namespace Parley.Cli.Turn;

/// <summary>How the hub runs its TURN server.</summary>
/// <param name="Address">Where it listens and relays, and where people reach it.</param>
/// <param name="Port">Its port, UDP and TCP.</param>
/// <param name="RelayPortMin">The first port that it relays on.</param>
/// <param name="RelayPortMax">The last one.</param>
internal sealed record TurnSettings(IPAddress Address, int Port, int RelayPortMin, int RelayPortMax)
{
    public const int PortDefault = 3_478;
    public const int RelayPortMinDefault = 49_160;
    public const int RelayPortMaxDefault = 49_999;

    /// <summary>Allocations that one credential may hold: seven connections of a full call, over UDP and TCP, made anew once or twice.</summary>
    private const int AllocationsMax = 64;

    /// <summary>How a browser names it.</summary>
    public IReadOnlyList<string> Urls
    {
        get
        {
            var host = new IPEndPoint(Address, Port).ToString();
            return [$"turn:{host}?transport=udp", $"turn:{host}?transport=tcp"];
        }
    }

    /// <summary>coturn's configuration.</summary>
    /// <param name="secret">What it shares with the hub.</param>
    /// <param name="folder">Where its database and its process id go.</param>
    public string ToConfiguration(string secret, string folder)
    {
        List<string> lines =
        [
            $"listening-ip={Address}", $"relay-ip={Address}", $"listening-port={Port}", $"min-port={RelayPortMin}", $"max-port={RelayPortMax}",
            "realm=parley", "use-auth-secret", $"static-auth-secret={secret}", "fingerprint", $"user-quota={AllocationsMax}",
            "no-cli", "no-tls", "no-dtls", "no-multicast-peers", "no-software-attribute", "log-file=stdout", "simple-log",
            $"pidfile={Path.Combine(folder, "turn.pid")}", $"userdb={Path.Combine(folder, "turn.db")}",
        ];

        // It must not be a way into the networks behind it; only relay to relay stays, on its own address.
        lines.AddRange(IPAddress.IsLoopback(Address)
            ? ["allow-loopback-peers"]
            : [
                "denied-peer-ip=0.0.0.0-0.255.255.255", "denied-peer-ip=10.0.0.0-10.255.255.255", "denied-peer-ip=100.64.0.0-100.127.255.255",
                "denied-peer-ip=127.0.0.0-127.255.255.255", "denied-peer-ip=169.254.0.0-169.254.255.255", "denied-peer-ip=172.16.0.0-172.31.255.255",
                "denied-peer-ip=192.168.0.0-192.168.255.255", "denied-peer-ip=::1", "denied-peer-ip=fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "denied-peer-ip=fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", $"allowed-peer-ip={Address}",
            ]);
        return string.Join('\n', lines) + "\n";
    }
}
