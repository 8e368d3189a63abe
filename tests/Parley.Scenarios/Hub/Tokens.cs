using System.Buffers.Text;
using System.Text;
using Parley.Identity;
using Parley.Native.Identity;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>Good and bad tokens in the names of these tests' authors.</summary>
internal static class Tokens
{
    private static int _count;

    /// <summary>What a client of this author shows to the hub: all that clients list, for an hour.</summary>
    public static UcanToken Of(Author who, HubFixture hub, TimeSpan? lifetime = null) => With(who, hub, [.. Capabilities.OfClients], lifetime);

    /// <summary>A token for the hub that lists these lines, and may rest on proofs.</summary>
    public static UcanToken With(Author who, HubFixture hub, Capability[] lines, TimeSpan? lifetime = null, params UcanToken[] proofs) =>
        For(who, hub, HubAudience.Of(hub.Socket), lines, lifetime, proofs);

    /// <summary>A token for any audience.</summary>
    public static UcanToken For(
        Author who, HubFixture hub, string audience, Capability[]? lines = null, TimeSpan? lifetime = null, params UcanToken[] proofs) =>
        who.Sign(new UcanDraft(new(
            who.Person, audience, hub.Time.GetUtcNow() + (lifetime ?? TimeSpan.FromHours(1)), new(lines ?? [.. Capabilities.OfClients]), Nonce())
        {
            Proofs = proofs,
        }));

    /// <summary>A person's word for a device.</summary>
    public static UcanToken Delegation(Author person, Author device, HubFixture hub) =>
        person.Sign(DeviceDelegation.Draft(person.Person, device.Person, hub.Time.GetUtcNow() + TimeSpan.FromDays(30), Nonce()));

    /// <summary>What the device shows.</summary>
    public static UcanToken OfDevice(Author device, UcanToken delegation, HubFixture hub) =>
        device.Sign(HubToken.Draft(delegation, HubAudience.Of(hub.Socket), hub.Time.GetUtcNow() + TimeSpan.FromHours(1), Nonce()));

    /// <summary>Any header and claims, signed by somebody.</summary>
    public static string Raw(Author signer, string claims, string header = """{"alg":"EdDSA","typ":"JWT"}""")
    {
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + '.' + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        return signed + '.' + Base64Url.EncodeToString(signer.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>What a hub knows of this author once it took their token.</summary>
    public static HubToken Accepted(Author who, HubFixture hub)
    {
        var plan = UcanVerification.Plan(Of(who, hub).Text, out _)!;
        var answers = plan.Checks.ToArray().Select(static check => SodiumSignatures.Verify(check)).ToArray();
        return HubToken.TryAccept(UcanVerification.Apply(plan, answers, hub.Time.GetUtcNow(), out _)!, new(null, hub.Socket), hub.Time.GetUtcNow(), out _)!;
    }

    private static string Nonce() => $"nonce-{Interlocked.Increment(ref _count)}";
}
