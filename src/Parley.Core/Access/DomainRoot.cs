using Parley.Ids;

namespace Parley.Access;

/// <summary>The ids of domains, which prove who made them (docs/access.md, domain ids). So nobody can make a rival root, nor move a channel.</summary>
internal static class DomainRoot
{
    /// <summary>Length of the nonce in bytes.</summary>
    public const int NonceBytes = DomainId.NonceBytes;

    /// <summary>A space's id: <c>sp-</c> + base32 of what <paramref name="by"/> and <paramref name="nonce"/> hash to.</summary>
    public static NodeId Space(PersonId by, ReadOnlySpan<byte> nonce) => DomainId.Space(by, nonce);

    /// <summary>A private channel's id: as a space's, with its space.</summary>
    public static NodeId Channel(PersonId by, ReadOnlySpan<byte> nonce, NodeId space) => DomainId.PrivateChannel(by, nonce, space.Value);

    /// <summary>True when the root's fields reproduce its domain id and its author is one whom they name.</summary>
    public static bool Proves(CreateOp create)
    {
        ArgumentNullException.ThrowIfNull(create);
        var (id, isMaker) = create.Kind switch
        {
            AccessDomainKind.Space => (Space(create.By, create.Nonce.Span), create.Author == create.By),
            AccessDomainKind.Channel => (Channel(create.By, create.Nonce.Span, create.Space!.Value), create.Author == create.By),
            AccessDomainKind.DirectMessage => (RoomNames.DirectMessage(create.Owners), create.Owners.Contains(create.Author)),
        };
        return isMaker && id == create.Header.Domain;
    }
}
