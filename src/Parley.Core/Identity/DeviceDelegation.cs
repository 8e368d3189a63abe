using Parley.Ids;

namespace Parley.Identity;

/// <summary>A person's word that a device may connect in their name. It signs nothing else: changes are signed by the person.</summary>
/// <remarks>Signing a device out is revoking <see cref="Id"/>. Immutable.</remarks>
public sealed record DeviceDelegation
{
    private DeviceDelegation(UcanToken token, PersonId person, PersonId device)
    {
        Id = token.Id;
        Person = person;
        Device = device;
        ExpirySeconds = token.ExpirySeconds;
    }

    /// <summary>The token that says so.</summary>
    public TokenId Id { get; }

    /// <summary>Who speaks.</summary>
    public PersonId Person { get; }

    /// <summary>Of which device: the DID of its own key.</summary>
    public PersonId Device { get; }

    /// <summary>The last second since the Unix epoch in which it is good.</summary>
    public double ExpirySeconds { get; }

    /// <summary>The token by which a person delegates a device; to be signed by the person.</summary>
    /// <param name="person">Whose device it is.</param>
    /// <param name="device">The DID of the device's key.</param>
    /// <param name="expiresAt">At most <see cref="UcanLimits.DelegationLifetimeMax"/> ahead.</param>
    /// <param name="nonce">Fresh.</param>
    public static UcanDraft Draft(PersonId person, PersonId device, DateTimeOffset expiresAt, string nonce)
    {
        if (person == device)
        {
            throw new ArgumentException("A person needs no delegation from themselves.", nameof(device));
        }

        return new(new(person, device.Value, expiresAt, Lines(person), nonce));
    }

    /// <summary>"Device X acts for person P", read out of a token that was verified; null where it does not say so.</summary>
    /// <remarks>
    /// Only the person's own word counts: the token rests on no proof, its one line <see cref="CapabilityNames.ActFor"/> names its issuer
    /// (a wildcard names nobody), and its audience is the device.
    /// </remarks>
    public static DeviceDelegation? Read(VerifiedUcan token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.Proofs.Count == 0
            && PersonId.TryParse(token.Token.Audience, out var device)
            && device != token.Issuer
            && Claimed(token.Token) is [var person] && person == token.Issuer.Value
                ? new(token.Token, token.Issuer, device)
                : null;
    }

    /// <summary>Everybody whom a token says it stands for.</summary>
    internal static string[] Claimed(UcanToken token) => [.. token.Capabilities.Where(line => line.Can == CapabilityNames.ActFor).Select(line => line.With)];

    /// <summary>What a device of <paramref name="person"/> lists.</summary>
    internal static Capabilities Lines(PersonId person) => new([new(person.Value, CapabilityNames.ActFor), .. Capabilities.OfClients]);
}
