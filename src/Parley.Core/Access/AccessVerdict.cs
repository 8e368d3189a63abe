namespace Parley.Access;

/// <summary>Why an ordinary change waits.</summary>
internal enum AccessHold
{
    /// <summary>It names operations that are not here (<c>missing-ops</c>).</summary>
    MissingOperations,
    /// <summary>It names none and nothing here ever seated its author (<c>no-grant-known</c>).</summary>
    NoGrantKnown,
    /// <summary>The node that it writes to is not here (<c>unknown-node</c>).</summary>
    UnknownNode,
}

/// <summary>Why an ordinary change is refused, in order of checking (docs/access.md, decide).</summary>
public enum AccessRefusal
{
    /// <summary>It writes a property that only the first change of a node may write.</summary>
    ImmutableField,
    /// <summary>It names none, too many, refused or foreign operations.</summary>
    BadSeen,
    /// <summary>Its Lamport time is not above that of what it names.</summary>
    Lamport,
    /// <summary>A removal or leave ended the author's seat before it was written.</summary>
    Removed,
    /// <summary>The grant under which it was written turned out void.</summary>
    GrantVoid,
    /// <summary>The author held no seat, as far as it knew.</summary>
    NotAMember,
    /// <summary>The author's role does not suffice.</summary>
    InsufficientRole,
    /// <summary>The node is somebody else's.</summary>
    NotAuthor,
}

/// <summary>
/// A closed value: accepted, held with its reason, or refused with its reason. Not final: a later operation may turn one into another.
/// </summary>
internal readonly record struct AccessVerdict
{
    private AccessVerdict(AccessHold? hold, AccessRefusal? refusal, bool isOfSpace) => (Hold, Refusal, IsOfSpace) = (hold, refusal, isOfSpace);

    /// <summary>The verdict accepted.</summary>
    public static AccessVerdict Accepted => default;

    /// <summary>Neither held nor refused.</summary>
    public bool IsAccepted => Hold is null && Refusal is null;

    /// <summary>Set exactly where the change waits.</summary>
    public AccessHold? Hold { get; }

    /// <summary>Set exactly where it is refused.</summary>
    public AccessRefusal? Refusal { get; }

    /// <summary>True where the space around a private channel is what refuses it.</summary>
    public bool IsOfSpace { get; }

    /// <summary>Why; null where accepted.</summary>
    public Reason? Reason => Hold switch
    {
        AccessHold.MissingOperations => Parley.Reason.MissingOperations,
        AccessHold.NoGrantKnown => Parley.Reason.NoGrantKnown,
        AccessHold.UnknownNode => Parley.Reason.UnknownNode,
        null => Refusal is { } refusal ? Of(refusal, IsOfSpace) : null,
    };

    internal static AccessVerdict HeldFor(AccessHold reason) => new(reason, null, false);

    internal static AccessVerdict RefusedFor(AccessRefusal reason, bool isOfSpace = false) => new(null, reason, isOfSpace);

    // Only having no seat is a matter of the space; everything else is the channel's own.
    private static Reason Of(AccessRefusal refusal, bool isOfSpace) => refusal switch
    {
        AccessRefusal.ImmutableField => Parley.Reason.ImmutableField,
        AccessRefusal.BadSeen => Parley.Reason.BadSeen,
        AccessRefusal.Lamport => Parley.Reason.Lamport,
        AccessRefusal.Removed => isOfSpace ? Parley.Reason.SpaceRemoved : Parley.Reason.Removed,
        AccessRefusal.GrantVoid => isOfSpace ? Parley.Reason.SpaceGrantVoid : Parley.Reason.GrantVoid,
        AccessRefusal.NotAMember => isOfSpace ? Parley.Reason.SpaceNotAMember : Parley.Reason.NotAMember,
        AccessRefusal.InsufficientRole => Parley.Reason.InsufficientRole,
        AccessRefusal.NotAuthor => Parley.Reason.NotAuthor,
    };
}
