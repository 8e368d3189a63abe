using Parley.Ids;

namespace Parley.Identity;

/// <summary>What a hub knows of a connection by its token: who it is, and to what they held themselves (W1).</summary>
/// <remarks>Never what they may do: rights come from logs of membership that the hub verified. Immutable.</remarks>
public sealed class HubToken
{
    private HubToken(VerifiedUcan token, DeviceDelegation? delegation)
    {
        Person = delegation?.Person ?? token.Issuer;
        Delegation = delegation;
        Capabilities = token.Token.Capabilities;
        Chain = [.. token.Chain().Select(part => part.Token.Id)];
        Issuers = [.. token.Chain().Select(part => part.Issuer).Distinct()];
        Roots = [.. token.Roots()];
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds((long)(token.Token.ExpirySeconds * 1000));
    }

    /// <summary>Who is connected.</summary>
    public PersonId Person { get; }

    /// <summary>The device they are connected from, by their own word; null where the token is the person's own.</summary>
    public DeviceDelegation? Delegation { get; }

    /// <summary>To what the token holds its bearer, on top of what the person may do.</summary>
    public Capabilities Capabilities { get; }

    /// <summary>The token's id and those of all proofs: with one of them revoked the connection ends.</summary>
    public IReadOnlyList<TokenId> Chain { get; }

    /// <summary>Everybody who signed a token of the chain: with one of them banned the connection ends.</summary>
    public IReadOnlyList<PersonId> Issuers { get; }

    /// <summary>The issuers that rest on nobody, for hubs that admit only those whom they trust.</summary>
    public IReadOnlyList<PersonId> Roots { get; }

    /// <summary>When the token's time is over.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>A token by which a person connects with their own key; to be signed by the person.</summary>
    /// <param name="person">Who connects.</param>
    /// <param name="audience">The hub's DID, or the address that is dialled.</param>
    /// <param name="expiresAt">At most <see cref="UcanLimits.HubTokenLifetimeMax"/> ahead.</param>
    /// <param name="nonce">Fresh.</param>
    public static UcanDraft Draft(PersonId person, string audience, DateTimeOffset expiresAt, string nonce) =>
        new(new(person, audience, expiresAt, Capabilities.OfClients, nonce));

    /// <summary>A token by which a device connects for its person; to be signed by the device.</summary>
    /// <param name="delegation">The person's token for this device. It bounds the new one's lifetime.</param>
    /// <param name="audience">The hub's DID, or the address that is dialled.</param>
    /// <param name="expiresAt">At most <see cref="UcanLimits.HubTokenLifetimeMax"/> ahead, and not after the delegation's end.</param>
    /// <param name="nonce">Fresh.</param>
    /// <exception cref="ArgumentException">The token is not a person's delegation of a device.</exception>
    public static UcanDraft Draft(UcanToken delegation, string audience, DateTimeOffset expiresAt, string nonce)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        if (delegation.Issuer is not { } person || !PersonId.TryParse(delegation.Audience, out var device))
        {
            throw new ArgumentException("Not a person's delegation of a device.", nameof(delegation));
        }

        return new(new(device, audience, expiresAt, DeviceDelegation.Lines(person), nonce) { Proofs = [delegation] });
    }

    /// <summary>What a hub asks of a verified token: made for it, for a short time, for connecting; and a device that is its person's.</summary>
    /// <returns>Null with <paramref name="fault"/> set where the connection is refused.</returns>
    public static HubToken? TryAccept(VerifiedUcan token, HubAudience hub, DateTimeOffset now, out UcanFault fault)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(hub);
        var claimed = DeviceDelegation.Claimed(token.Token);
        var delegation = claimed is [var person] && token.Proofs is [var proof] && DeviceDelegation.Read(proof) is { } read && read.Person.Value == person
            ? read
            : null;
        fault = delegation is null && claimed.Length > 0 ? UcanFault.NotDelegated
            : !hub.Accepts(token.Token.Audience) ? UcanFault.Audience
            : LivesTooLong(token, delegation, now) ? UcanFault.LivesTooLong
            : !token.Token.Capabilities.Name(CapabilityNames.Connect) ? UcanFault.NotForConnecting
            : UcanFault.None;
        return fault == UcanFault.None ? new(token, delegation) : null;
    }

    /// <summary>True once the token's time is over, its last second included: what a connection is asked before it acts.</summary>
    public bool IsOver(DateTimeOffset now) => ExpiresAt <= now;

    private static bool LivesTooLong(VerifiedUcan token, DeviceDelegation? delegation, DateTimeOffset now)
    {
        var start = now + UcanLimits.ClockSkewMax;
        return token.Token.Outlives(start + UcanLimits.HubTokenLifetimeMax)
            || (delegation is not null && token.Proofs[0].Token.Outlives(start + UcanLimits.DelegationLifetimeMax));
    }
}
