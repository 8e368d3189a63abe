namespace Parley;

/// <summary>
/// Why something was refused, waits or has no effect: the codes of docs/access.md and docs/protocol.md as a closed list. Code reads this and
/// never a message.
/// </summary>
public enum Reason
{
    // Membership operations (docs/access.md, validity).
    /// <summary>A field is missing, of wrong type or out of range.</summary>
    Malformed,
    /// <summary>The operation says to belong to another domain.</summary>
    WrongDomain,
    /// <summary>A direct message takes roots and leaves alone.</summary>
    NotInDirectMessage,
    /// <summary>It builds on a refused operation or on one of another domain.</summary>
    InvalidDependency,
    /// <summary>Its Lamport time is not above that of what it names, or leaps.</summary>
    Lamport,
    /// <summary>The domain's id does not name its author as maker.</summary>
    NotCreator,
    /// <summary>A root that names operations of its own domain.</summary>
    CreateWithDependencies,
    /// <summary>The author was not in the space, as far as it knew.</summary>
    NotInSpace,
    /// <summary>The person is not a member, or was none as far as it knew.</summary>
    NotAMember,
    /// <summary>It names no invite of this domain in its past.</summary>
    UnknownInvite,
    /// <summary>An admission for somebody else.</summary>
    NotJoiner,
    /// <summary>The invite's key did not sign this admission.</summary>
    BadProof,
    /// <summary>The invite's time is over, or has not begun.</summary>
    InviteExpired,
    /// <summary>Somebody ended the invite.</summary>
    InviteClosed,
    /// <summary>As many people as the invite is for have come.</summary>
    InviteUsedUp,
    /// <summary>The grant that it acts under gives its author no living seat.</summary>
    NoAuthority,
    /// <summary>The role does not suffice.</summary>
    InsufficientRole,
    /// <summary>A removal of oneself; leaving is another operation.</summary>
    SelfRevoke,
    /// <summary>The person to remove is not below the one who removes.</summary>
    NotOutranked,
    /// <summary>An expulsion that cites no effective loss of that person in the space.</summary>
    BadCitation,

    // Operations without effect (docs/access.md, effect).
    /// <summary>Its author was removed by somebody who had not seen it.</summary>
    AuthorityCut,
    /// <summary>Its invite was ended by somebody who had not seen it.</summary>
    InviteRevoked,
    /// <summary>Its invite has no effect.</summary>
    VoidInvite,
    /// <summary>What it acts under has no effect.</summary>
    VoidAuthority,
    /// <summary>The loss that it cites has no effect.</summary>
    CitationVoid,

    // Ordinary changes (docs/access.md, decide).
    /// <summary>It writes a property that only a node's first change may write.</summary>
    ImmutableField,
    /// <summary>It names none, too many, refused or foreign operations.</summary>
    BadSeen,
    /// <summary>The person was removed or left.</summary>
    Removed,
    /// <summary>The grant under which it was written turned out void.</summary>
    GrantVoid,
    /// <summary>The node is somebody else's.</summary>
    NotAuthor,
    /// <summary>As <see cref="Removed"/>, in the space around the private channel.</summary>
    SpaceRemoved,
    /// <summary>As <see cref="GrantVoid"/>, in the space around the private channel.</summary>
    SpaceGrantVoid,
    /// <summary>As <see cref="NotAMember"/>, in the space around the private channel.</summary>
    SpaceNotAMember,

    // What waits (docs/access.md).
    /// <summary>An operation that an operation names is not here.</summary>
    MissingDependencies,
    /// <summary>A newer version wrote it.</summary>
    UpdateNeeded,
    /// <summary>An operation that a change names is not here.</summary>
    MissingOperations,
    /// <summary>The change names no operation and nothing here ever seated its author.</summary>
    NoGrantKnown,
    /// <summary>The node that it writes to is not here.</summary>
    UnknownNode,

    // A hub's own rules (docs/protocol.md, at a hub).
    /// <summary>A membership operation's node is written once.</summary>
    WriteOnce,
    /// <summary>The person knocked at too many doors within an hour.</summary>
    TooManyKnocks,
    /// <summary>A signal for a session of somebody else.</summary>
    ForeignSession,
    /// <summary>The socket speaks for too many sessions.</summary>
    TooManySessions,

    // Codes of node-error (docs/protocol.md, errors).
    /// <summary>The change's shape, bounds or mentions.</summary>
    InvalidChange,
    /// <summary>The recomputed hash differs.</summary>
    InvalidHash,
    /// <summary>The signature does not verify.</summary>
    InvalidSignature,
    /// <summary>The Lamport time is above 2^48.</summary>
    InvalidLamport,
    /// <summary>The room is not the node's home.</summary>
    InvalidRoom,
    /// <summary>The wall time is more than five minutes ahead.</summary>
    InvalidWallTime,
    /// <summary>A call signal without its fields, or too large.</summary>
    InvalidSignal,
    /// <summary>The author may not write the node.</summary>
    WriteForbidden,
    /// <summary>A quota or bound is exhausted.</summary>
    QuotaExceeded,
    /// <summary>The disk of the hub is full.</summary>
    StorageFull,
    /// <summary>The person waits in the hub's lobby.</summary>
    NotAdmitted,
    /// <summary>The room is not open to the person, or the token does not list it.</summary>
    Unauthorized,
    /// <summary>The connection's token is over.</summary>
    TokenExpired,
    /// <summary>The token, or who signed it, was revoked.</summary>
    TokenRevoked,
    /// <summary>A hub of the reference has the change already.</summary>
    ReplayRejected,
    /// <summary>A hub of the reference takes no changes for now.</summary>
    BillingReadOnly,

    // Why a hub lets nobody in by this token or name (docs/protocol.md, tokens; who may use a hub).
    /// <summary>The token is good for longer than a hub believes.</summary>
    TokenTooLong,
    /// <summary>The token is for another hub or another address of it.</summary>
    WrongAudience,
    /// <summary>The hub's owner banned the person.</summary>
    Banned,
    /// <summary>The hub is for people whom its owner listed.</summary>
    NotListed,
}
