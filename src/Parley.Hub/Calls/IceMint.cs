using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Calls;
using Parley.Hub.Limits;

namespace Parley.Hub.Calls;

/// <summary>
/// Makes the credentials of TURN servers that share a secret with the hub and nothing else: the user name is the expiry in Unix seconds and
/// the person, the password its HMAC-SHA1 under the secret, in base64 (coturn's REST scheme).
/// </summary>
internal sealed class IceMint(IceOptions options, HubClock clock)
{
    /// <summary>The servers for a person; STUN alone for somebody who did not prove who they are.</summary>
    public IceServers For(string? did)
    {
        var servers = new List<IceServer>();
        if (options.StunServers.Count > 0)
        {
            servers.Add(new([.. options.StunServers]));
        }

        if (did is not null && options is { TurnSecret: { } secret, TurnServers.Count: > 0 })
        {
            var username = string.Create(CultureInfo.InvariantCulture, $"{(clock.WallMs / 1_000) + options.TurnLifetimeSeconds}:{did}");
            servers.Add(new([.. options.TurnServers], username, Credential(secret, username)));
        }

        return new(servers, options.TurnLifetimeSeconds);
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The scheme of TURN servers; HMAC does not rest on what SHA-1 lost.")]
    private static string Credential(string secret, string username) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username)));
}
