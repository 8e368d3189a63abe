using Parley.Ids;

namespace Parley.Access;

/// <summary>What an operation knew: everything reachable through its dependencies, in its own log and (of a private channel) in the space's.</summary>
internal sealed record OpPast(OpSet Own, OpSet Space);

/// <summary>A valid operation in its place in the graph of one log; references are indexes there, −1 where there is none.</summary>
internal sealed class OpEntry
{
    public required MembershipOp Op { get; init; }

    public required int Index { get; init; }

    public required OpPast Past { get; init; }

    /// <summary>The grant acted under; of an admission, that of its invite.</summary>
    public required int Authority { get; init; }

    /// <summary>Who acts by that authority: the author; of an admission, the inviter.</summary>
    public required PersonId Actor { get; init; }

    /// <summary>The invite of an admission or of a revoke-invite.</summary>
    public required int Invite { get; init; }

    /// <summary>Index in the space's log of the loss that an expulsion cites.</summary>
    public required int Citation { get; init; }

    /// <summary>Whom it seats; empty where it grants nothing.</summary>
    public required IReadOnlyList<PersonId> Seats { get; init; }

    /// <summary>What its seats give.</summary>
    public required AccessRole Role { get; init; }

    /// <summary>How many authorities stand between it and a root.</summary>
    public required int Depth { get; init; }

    /// <summary>Everything that decides whether this is void has a lower rank.</summary>
    public required int Rank { get; init; }

    public bool IsGranting => Op is CreateOp or GrantOp or AdmitOp;

    public bool IsAdmit => Op is AdmitOp;

    /// <summary>Whose seats it ends, where it is a cut.</summary>
    public PersonId? CutSubject => Op switch
    {
        RevokeOp revoke => revoke.Subject,
        ExpelOp expel => expel.Subject,
        LeaveOp leave => leave.Author,
        _ => null,
    };

    /// <summary>A cut of the space that also ends seats in its private channels.</summary>
    public bool ReachesIntoChannels => Op is RevokeOp or LeaveOp;

    public bool EndsInvite => Op is RevokeInviteOp;
}
