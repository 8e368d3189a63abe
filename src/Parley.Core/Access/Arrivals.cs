using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>Operations that were read and whose signature checks wait for their answers. Made by <see cref="MembershipLog.Plan(IReadOnlyList{Change})"/>.</summary>
internal sealed class ArrivalPlan
{
    internal ArrivalPlan(MembershipLog log, int revision, IReadOnlyList<ArrivingOp> arriving, IReadOnlyList<ArrivingOp> admits, IReadOnlyList<SignatureCheck> checks)
    {
        Log = log;
        Revision = revision;
        Arriving = arriving;
        Admits = admits;
        Checks = checks.ToArray();
    }

    /// <summary>The proofs of admissions, to be checked before <see cref="MembershipLog.Apply"/>. Usually none.</summary>
    public ReadOnlyMemory<SignatureCheck> Checks { get; }

    internal MembershipLog Log { get; }

    internal int Revision { get; }

    internal IReadOnlyList<ArrivingOp> Arriving { get; }

    /// <summary>Whose proofs the checks are, in the same order.</summary>
    internal IReadOnlyList<ArrivingOp> Admits { get; }
}

/// <summary>What became of one operation.</summary>
/// <param name="Domain">The log that says so: a space's arrival may also settle operations of its private channels.</param>
/// <param name="Op">The operation.</param>
/// <param name="Verdict">The verdict. Valid and refused are final.</param>
/// <param name="IsDuplicate">It was known already and nothing changed.</param>
/// <param name="IsEvicted">It was held and had to go for a bound; the verdict says what it waited for. Drop its bytes.</param>
internal readonly record struct OpReport(NodeId Domain, ChangeHash Op, OpVerdict Verdict, bool IsDuplicate = false, bool IsEvicted = false);

/// <summary>What arrivals changed.</summary>
/// <param name="Reports">Verdicts in the order in which they fell, those of operations that had waited included.</param>
/// <param name="Touched">People whose seats may have changed, here or in a private channel: decide their changes anew.</param>
/// <param name="Turned">The logs in which older operations gained or lost their effect: changes of any time may be affected.</param>
internal sealed record Arrivals(IReadOnlyList<OpReport> Reports, IReadOnlySet<PersonId> Touched, IReadOnlySet<NodeId> Turned);
