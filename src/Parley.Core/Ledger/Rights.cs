using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>How long a refusal holds.</summary>
internal enum RefusalTerm : byte
{
    /// <summary>Until a membership operation turns it.</summary>
    ForNow,

    /// <summary>While the node has this root: it is kept, and does not count.</summary>
    UnderThisRoot,

    /// <summary>For good: nothing need be kept of the change.</summary>
    ForGood,
}

/// <summary>What became of a change's claim to a right. The default is: accepted.</summary>
/// <param name="WaitsFor">What decides about it is not here.</param>
/// <param name="Refused">Why it is refused.</param>
/// <param name="Term">How long that holds.</param>
internal readonly record struct Right(WaitKey? WaitsFor, Reason? Refused, RefusalTerm Term)
{
    /// <summary>Neither waiting nor refused.</summary>
    public bool IsAccepted => WaitsFor is null && Refused is null;

    /// <summary>Refused, and nothing can change it.</summary>
    public bool IsLost => Refused is not null && Term == RefusalTerm.ForGood;

    /// <summary>It waits.</summary>
    public static Right Waits(WaitKey key) => new(key, null, default);

    /// <summary>It is refused.</summary>
    public static Right No(Reason reason, RefusalTerm term) => new(null, reason, term);
}

/// <summary>
/// The one judge of ordinary changes, for hub and replica: what a room's rule says of a change (docs/access.md, decide). A function of the
/// change, of its node's root and of the membership log.
/// </summary>
internal static class Rights
{
    /// <summary>The right to make a node.</summary>
    /// <param name="rule">The rule of the home room.</param>
    /// <param name="log">The rule's membership log; null if it is not here.</param>
    /// <param name="change">The change that would make it.</param>
    /// <param name="proves">It proves that its author made it.</param>
    public static Right OfRoot(RoomRule rule, MembershipLog? log, Change change, bool proves) => rule switch
    {
        RoomRule.Open or RoomRule.Owner or RoomRule.Knock => default,

        // The first change of a channel without a log says who is in it.
        RoomRule.People when Schemas.Is(change.SchemaId, Schemas.Channel) => default,
        RoomRule.People people => Among(people, change),

        // A direct message's id proves its people, with a log or before.
        RoomRule.Log(var domain) when log is null =>
            proves && change.Node == domain && AccessDomains.KindOf(domain) == AccessDomainKind.DirectMessage ? default : Right.Waits(WaitKey.Domain(domain)),
        RoomRule.Log => ByLog(log!, ChangeRequests.OfRoot(change)),
        RoomRule.Unknown unknown => Right.Waits(unknown.Key),
        _ => throw new InvalidOperationException("No such rule."),
    };

    /// <summary>The right to any later change of a node.</summary>
    /// <param name="rule">The rule of the home room.</param>
    /// <param name="log">The rule's membership log; null if it is not here.</param>
    /// <param name="root">The node's root.</param>
    /// <param name="properties">What the node says; of the properties that route it, what its root said.</param>
    /// <param name="change">The change.</param>
    public static Right OfLater(RoomRule rule, MembershipLog? log, NodeRoot root, Func<string, JsonValue?> properties, Change change) => rule switch
    {
        RoomRule.Log(var domain) when log is null => Right.Waits(WaitKey.Domain(domain)),
        RoomRule.Log => ByLog(log!, ChangeRequests.OfLater(change, root, properties)),
        RoomRule.Unknown unknown => Right.Waits(unknown.Key),
        _ when !NodeAccess.MayWrite(root, change) => Right.No(Reason.NotAuthor, root.Proven ? RefusalTerm.ForGood : RefusalTerm.UnderThisRoot),
        RoomRule.People people => Among(people, change),
        RoomRule.Open or RoomRule.Owner or RoomRule.Knock => default,
        _ => throw new InvalidOperationException("No such rule."),
    };

    /// <summary>The right to a change of a node that is not here, if it can be no root.</summary>
    public static Right OfOrphan(RoomRule rule, MembershipLog? log, Change change) => rule is RoomRule.Log && log is not null
        ? ByLog(log, new(change.Author, AccessAction.Edit) { Lamport = change.Lamport, Seen = SeenOperations.Read(change.Properties) }, change.Node)
        : Right.Waits(WaitKey.Node(change.Node));

    // Another first change of the channel may name other people, save of a direct message, whose id names them.
    private static Right Among(RoomRule.People people, Change change) =>
        people.Who.Contains(change.Author) ? default
        : Right.No(Reason.NotAMember, AccessDomains.KindOf(people.Channel) is null ? RefusalTerm.ForNow : RefusalTerm.ForGood);

    private static Right ByLog(MembershipLog log, AccessRequest request, NodeId node = default)
    {
        var verdict = AccessDecision.Decide(log, request);
        return verdict.IsAccepted ? default
            : verdict.Hold == AccessHold.UnknownNode ? Right.Waits(WaitKey.Node(node))
            : verdict.Hold is not null ? Right.Waits(WaitKey.Domain(log.Domain))
            : Right.No(verdict.Reason!.Value, ChangeRequests.IsFinal(verdict, request) ? RefusalTerm.ForGood : RefusalTerm.ForNow);
    }
}
