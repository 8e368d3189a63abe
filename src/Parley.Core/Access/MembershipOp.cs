using Parley.Ids;

namespace Parley.Access;

/// <summary>What every operation has: the carrying change's name and clocks, its domain and what its author knew.</summary>
/// <param name="Hash">The hash of the carrying change; other operations name this one by it.</param>
/// <param name="Author">The person who signed it.</param>
/// <param name="Lamport">Of the carrying change; above that of every dependency.</param>
/// <param name="WallTime">Of the carrying change, ms since the Unix epoch. Looked at for invites alone.</param>
/// <param name="Domain">The space, private channel or direct message whose log this is.</param>
/// <param name="Depends">The heads of the log (of a private channel: of both logs) that the author held; sorted, distinct.</param>
public sealed record OpHeader(
    ChangeHash Hash, PersonId Author, long Lamport, long WallTime, NodeId Domain, IReadOnlyList<ChangeHash> Depends);

/// <summary>One signed membership operation (docs/access.md, operations). Parsed and within bounds; whether it is valid, its log decides.</summary>
/// <remarks>A closed set: the records in this file are all there are.</remarks>
public abstract record MembershipOp
{
    private protected MembershipOp(OpHeader header) => Header = header;

    /// <summary>What every operation has.</summary>
    public OpHeader Header { get; }

    /// <summary>Shorthand for the header's hash.</summary>
    public ChangeHash Hash => Header.Hash;

    /// <summary>Shorthand for the header's author.</summary>
    public PersonId Author => Header.Author;

    /// <summary>The granting operation that the author says to act under, where the kind has one.</summary>
    public virtual ChangeHash? Authority => null;
}

/// <summary>A root of a domain: seats its author as owner (a direct message: all its people).</summary>
/// <param name="Header">What every operation has.</param>
/// <param name="Kind">What is made.</param>
/// <param name="By">The person that the domain id names as its maker.</param>
/// <param name="Nonce">16 bytes that the domain id names.</param>
/// <param name="Space">The space of a private channel; else null.</param>
/// <param name="Owners">The people of a direct message, sorted; else empty.</param>
public sealed record CreateOp(
    OpHeader Header, AccessDomainKind Kind, PersonId By, ReadOnlyMemory<byte> Nonce, NodeId? Space, IReadOnlyList<PersonId> Owners)
    : MembershipOp(Header);

/// <summary>Seats a person.</summary>
public sealed record GrantOp(OpHeader Header, ChangeHash ActsUnder, PersonId Subject, AccessRole Role) : MembershipOp(Header)
{
    /// <inheritdoc/>
    public override ChangeHash? Authority => ActsUnder;
}

/// <summary>Ends the seats of a person that the authority outranks and that did not know this operation.</summary>
public sealed record RevokeOp(OpHeader Header, ChangeHash ActsUnder, PersonId Subject) : MembershipOp(Header)
{
    /// <inheritdoc/>
    public override ChangeHash? Authority => ActsUnder;
}

/// <summary>Ends an invite; admissions that its author had not seen are void.</summary>
public sealed record RevokeInviteOp(OpHeader Header, ChangeHash ActsUnder, ChangeHash Invite) : MembershipOp(Header)
{
    /// <inheritdoc/>
    public override ChangeHash? Authority => ActsUnder;
}

/// <summary>Ends all seats of its author in the domain.</summary>
public sealed record LeaveOp(OpHeader Header) : MembershipOp(Header);

/// <summary>Lets whoever holds the secret behind <paramref name="PublicKey"/> seat itself as a member.</summary>
/// <param name="Header">What every operation has.</param>
/// <param name="ActsUnder">The inviter's own grant.</param>
/// <param name="PublicKey">32 bytes, Ed25519.</param>
/// <param name="ExpiresAt">Last moment at which an admission may have been written, ms since the Unix epoch.</param>
/// <param name="Uses">How many people it is for, 1 to <see cref="UsesMax"/>.</param>
public sealed record InviteOp(OpHeader Header, ChangeHash ActsUnder, ReadOnlyMemory<byte> PublicKey, long ExpiresAt, int Uses) : MembershipOp(Header)
{
    /// <summary>The most people that one invite may be for.</summary>
    public const int UsesMax = 10_000;

    /// <inheritdoc/>
    public override ChangeHash? Authority => ActsUnder;
}

/// <summary>The author seats itself as a member by an invite.</summary>
/// <param name="Header">What every operation has.</param>
/// <param name="Invite">The invite.</param>
/// <param name="Subject">Who is seated: the author, or it is refused.</param>
/// <param name="Proof">64 bytes, a signature by the invite's key (<see cref="InviteProof"/>).</param>
/// <param name="CardHash">BLAKE3 of the canonical form of the member card, or empty where there is none.</param>
public sealed record AdmitOp(
    OpHeader Header, ChangeHash Invite, PersonId Subject, ReadOnlyMemory<byte> Proof, ReadOnlyMemory<byte> CardHash) : MembershipOp(Header);

/// <summary>Sets rules of the domain.</summary>
public sealed record PolicyOp(OpHeader Header, ChangeHash ActsUnder, AccessPolicy Set) : MembershipOp(Header)
{
    /// <inheritdoc/>
    public override ChangeHash? Authority => ActsUnder;
}

/// <summary>In a private channel: voids what a person lost from the space did here unseen.</summary>
/// <param name="Header">What every operation has.</param>
/// <param name="ActsUnder">The author's own grant in the channel.</param>
/// <param name="Subject">Who was lost.</param>
/// <param name="Citation">The revoke or leave in the space's log.</param>
public sealed record ExpelOp(OpHeader Header, ChangeHash ActsUnder, PersonId Subject, ChangeHash Citation) : MembershipOp(Header)
{
    /// <inheritdoc/>
    public override ChangeHash? Authority => ActsUnder;
}
