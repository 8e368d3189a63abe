using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>Who brings a batch, and what holds for all of it.</summary>
/// <param name="Room">The room in which it is offered.</param>
/// <param name="Sender">As in <see cref="Offer"/>.</param>
/// <param name="Way">As in <see cref="Offer"/>.</param>
/// <param name="LatestWallMs">The latest wall time taken, ms since the Unix epoch; null if the ledger decides (a replica holds what is ahead).</param>
/// <param name="IsOfferedAgain">As in <see cref="Offer"/>.</param>
internal readonly record struct IntakeTerms(RoomId Room, PersonId? Sender, Way Way, long? LatestWallMs = null, bool IsOfferedAgain = false)
{
    /// <summary>As in <see cref="Offer"/>.</summary>
    public long? Number { get; init; }
}

/// <summary>
/// A batch on its way in: shape and hash are checked, signatures wait for their answers. Pure, for any thread; hub and replica verify by this
/// alone.
/// </summary>
/// <remarks>Between the two steps the caller may ask its log which hashes it has: those need no signature check.</remarks>
internal sealed class IntakePlan
{
    private readonly Func<int, IntakeTerms> _terms;
    private readonly Entry[] _entries;

    private IntakePlan(Func<int, IntakeTerms> terms, Entry[] entries) => (_terms, _entries) = (terms, entries);

    /// <summary>How many changes there are.</summary>
    public int Count => _entries.Length;

    /// <summary>The hashes of all that passed shape and hash.</summary>
    public IEnumerable<ChangeHash> Hashes => _entries.Where(entry => entry.Plan is not null).Select(entry => entry.Plan!.Change.Hash);

    /// <summary>Step one: shape, bounds, hash and wall time of each.</summary>
    public static IntakePlan Of(IReadOnlyList<JsonValue> wire, IntakeTerms terms) => OfEach(wire, _ => terms);

    /// <summary>As <see cref="Of"/>, with terms for each.</summary>
    public static IntakePlan OfEach(IReadOnlyList<JsonValue> wire, Func<int, IntakeTerms> terms)
    {
        var entries = new Entry[wire.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = Plan(wire[i], terms(i));
        }

        return new(terms, entries);
    }

    /// <summary>The signatures to check: one for each change that passed and is not known.</summary>
    public SignatureCheck[] Checks(IReadOnlySet<ChangeHash>? known = null) =>
        [.. _entries.Where(entry => NeedsCheck(entry, known)).Select(entry => entry.Plan!.Check)];

    /// <summary>Step two: one answer a change, in order.</summary>
    /// <param name="holds">One for each of <see cref="Checks"/>.</param>
    /// <param name="known">The same as there.</param>
    public Offered[] Apply(ReadOnlySpan<bool> holds, IReadOnlySet<ChangeHash>? known = null)
    {
        var offered = new Offered[_entries.Length];
        var next = 0;
        for (var i = 0; i < offered.Length; i++)
        {
            var entry = _entries[i];
            offered[i] = entry.Plan is not { } plan ? new(null, entry.Hash, entry.Refused)
                : NeedsCheck(entry, known) && !holds[next++] ? new(null, plan.Change.Hash, new(Refusal.Signature, null, "Change signature is invalid"))
                : Offered.Of(Offer(plan.Change, _terms(i)));
        }

        return offered;
    }

    private static Offer Offer(Change change, in IntakeTerms terms) =>
        new(change, terms.Room, terms.Sender, terms.Way) { IsOfferedAgain = terms.IsOfferedAgain, Number = terms.Number };

    private static bool NeedsCheck(in Entry entry, IReadOnlySet<ChangeHash>? known) =>
        entry.Plan is { } plan && known?.Contains(plan.Change.Hash) != true;

    private static Entry Plan(JsonValue wire, in IntakeTerms terms)
    {
        if (ChangeVerification.Plan(wire, out var refusal, out var why) is not { } plan)
        {
            return new(null, ChangeHash.TryParse(wire["hash"]?.Text, out var claimed) ? claimed : null, new(refusal, null, why));
        }

        return plan.Change.WallTime > terms.LatestWallMs
            ? new(null, plan.Change.Hash, new(Refusal.WallTime, null, "Change wallTime is too far in the future"))
            : new(plan, plan.Change.Hash, null);
    }

    private readonly record struct Entry(ChangePlan? Plan, ChangeHash? Hash, Verdict.Refused? Refused);
}
