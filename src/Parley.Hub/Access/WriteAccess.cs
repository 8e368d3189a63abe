using Parley.Access;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Hub.Sync;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Hub.Access;

/// <summary>Decides on ordinary changes: where they live and whether their author may write there. The writer's.</summary>
internal sealed class WriteAccess(Memberships memberships, RoomRules rules, KnockBudget knocks, Func<StoredNode, Change?> rootOf)
{
    private const string NotInTheRoom = "The change does not belong in this room.";
    private const string NotTheirs = "The author may not write this node.";

    private readonly SenderRule _senders = new(memberships);

    /// <summary>Decides.</summary>
    /// <param name="candidate">The change.</param>
    /// <param name="node">Its node, where that is here.</param>
    public WriteAnswer Decide(in Candidate candidate, StoredNode? node)
    {
        var offer = candidate.Offer;
        var change = candidate.Change;
        if (RoomNames.SubjectOf(change.Node) is { } subject && subject != change.Author)
        {
            return WriteAnswer.Refuse(NotTheirs);
        }

        var known = node is null ? null : RuleOver(node);
        var isTaken = known is RoomRule.People or RoomRule.Log && !(offer.Proves && !node!.Root.Proven);
        var home = isTaken ? HomeOfTaken(node!, offer, known!) : HomeOf(node, offer);
        if (home is null)
        {
            // What it belongs to nobody can say yet: the sender counts as what they are in the room that they name.
            return Ask(candidate, rules.Of(candidate.Room), WriteAnswer.WaitFor(change.Node));
        }

        if (!candidate.IsOfferedAt(home))
        {
            return WriteAnswer.Refuse(NotInTheRoom, Refusal.Room);
        }

        var rule = isTaken ? known! : rules.Of(home);
        if (!isTaken && offer.MayCreate && ThreadTarget(change) is { } target)
        {
            // Whoever makes a thread first does not choose whose it is.
            var (over, isOwnRoom) = (rules.OfNode(target), home == RoomNames.Channel(change.Node).Value);
            if (over.IsGoverned && (rule.IsGoverned ? rule != over : !isOwnRoom))
            {
                return WriteAnswer.Refuse(NotInTheRoom, Refusal.Room);
            }

            rule = over.IsGoverned ? over : isOwnRoom ? RoomRules.OfThread(over, RoomRules.OfPeople(change.Node, change)) : rule;
        }

        var answer = Decide(candidate, isTaken || !offer.Proves || node is { Root.Proven: true } ? node : null, home, rule);
        return RoomNames.IsKnock(new(home)) || IsOwnPeoples(candidate, rule) ? answer : Ask(candidate, rule, answer);
    }

    /// <summary>Holds an answer against what the sender is to the room: it says what the author may.</summary>
    private WriteAnswer Ask(in Candidate candidate, RoomRule rule, in WriteAnswer answer) => _senders.Of(rule, candidate.Sender) switch
    {
        SenderStanding.Member => answer with { Scope = SenderRule.ScopeOf(rule) },
        SenderStanding.Removed => WriteAnswer.Refuse(Reason.Removed),
        SenderStanding.Outsider when answer.WaitsFor is not null && !candidate.IsOfferedAgain => answer,
        SenderStanding.Outsider => WriteAnswer.Refuse(Reason.NotAMember, Refusal.NotInRoom),
    };

    // The Channel of a direct message says who its people are; whoever of them brings it.
    private static bool IsOwnPeoples(in Candidate candidate, RoomRule rule) =>
        candidate.Offer.Proves && rule is RoomRule.Log log && log.Domain == candidate.Change.Node
            && RoomRules.Members(candidate.Change).Contains(candidate.Sender.Value);

    private WriteAnswer Decide(in Candidate candidate, StoredNode? node, string home, RoomRule rule) => rule switch
    {
        RoomRule.Everybody => ByNode(candidate, node, home),
        RoomRule.Untold untold => WriteAnswer.WaitFor(untold.Until),
        RoomRule.Owner owner when candidate.Change.Author.Value == owner.Did => ByNode(candidate, node, home),
        RoomRule.Owner door when RoomNames.IsKnock(new(home)) => ByKnock(candidate, node, home, PersonId.FromTrusted(door.Did)),
        RoomRule.Owner => WriteAnswer.Refuse(NotTheirs),
        RoomRule.People people => ByPeople(candidate, node, home, people),
        RoomRule.Log log => ByLog(candidate, node, home, log.Domain),
        _ => throw new InvalidOperationException("No such rule."),
    };

    /// <summary>Where no log governs: what follows from the node itself, and a channel's create must not shut its author out.</summary>
    private static WriteAnswer ByNode(in Candidate candidate, StoredNode? node, string home)
    {
        var change = candidate.Change;
        if (node is not null)
        {
            return node.Root.Proven && !NodeAccess.MayWrite(node.Root, change) ? WriteAnswer.Refuse(NotTheirs) : WriteAnswer.FileIn(home);
        }

        var isClosed = candidate.Offer.MayCreate && Schemas.Is(change.SchemaId, Schemas.Channel) && home == RoomNames.Channel(change.Node).Value
            && RoomRules.Members(change) is { Count: > 0 } members && !members.Contains(change.Author.Value);
        return isClosed ? WriteAnswer.Refuse(Reason.NotAMember) : WriteAnswer.FileIn(home);
    }

    // The door is everybody's to knock at, and nobody's to fill.
    private WriteAnswer ByKnock(in Candidate candidate, StoredNode? node, string home, PersonId door)
    {
        var sender = candidate.Sender;
        return !Schemas.Is(node?.Root.SchemaId ?? candidate.Change.SchemaId, Schemas.Knock)
            ? WriteAnswer.Refuse(NotTheirs)
            : knocks.Take(sender, door, () => memberships.IsKnownTo(door, sender)) switch
            {
                KnockAnswer.Taken => ByNode(candidate, node, home),
                KnockAnswer.TooMany => WriteAnswer.Refuse(Reason.TooManyKnocks),
                KnockAnswer.DoorFull => WriteAnswer.Refuse(Reason.TooManyKnocks, Refusal.Quota),
            };
    }

    private WriteAnswer ByPeople(in Candidate candidate, StoredNode? node, string home, RoomRule.People people)
    {
        var change = candidate.Change;
        return !people.Dids.Contains(change.Author.Value) ? WriteAnswer.Refuse(Reason.NotAMember)
            : node?.Id == people.Channel && ChangeRequests.OfLater(change, node.Root, Root(node)).PropertiesWritten.Count > 0 ? WriteAnswer.Refuse(Reason.ImmutableField)
            : ByNode(candidate, node, home);
    }

    private WriteAnswer ByLog(in Candidate candidate, StoredNode? node, string home, NodeId domain)
    {
        var change = candidate.Change;
        if (node is not null && memberships.VerdictOf(domain, node.Root.Hash) is { Status: OpStatus.Valid })
        {
            return WriteAnswer.Refuse(Reason.WriteOnce);
        }

        if (memberships.Decide(domain, Request(candidate, node)) is not { } verdict)
        {
            // A direct message without a log is proven by the people that its Channel names; nothing else opens it.
            return node is null && change.Node == domain && candidate.Offer.Proves ? WriteAnswer.FileIn(home) : WriteAnswer.WaitForLog(domain);
        }

        return verdict.IsAccepted ? WriteAnswer.FileIn(home)
            : verdict.Hold is not { } hold ? WriteAnswer.Refuse(verdict.Reason!.Value)
            : hold == AccessHold.UnknownNode ? WriteAnswer.WaitFor(change.Node)
            : WriteAnswer.WaitForLog(domain);
    }

    private AccessRequest Request(in Candidate candidate, StoredNode? node)
    {
        var change = candidate.Change;
        return node is not null ? ChangeRequests.OfLater(change, node.Root, Root(node))
            : candidate.Offer.MayCreate ? ChangeRequests.OfRoot(change)
            : new(change.Author, AccessAction.Edit) { Lamport = change.Lamport, Seen = SeenOperations.Read(change.Properties) };
    }

    /// <summary>What the node's root says; it is read only where a change writes what routes.</summary>
    private Func<string, JsonValue?> Root(StoredNode node)
    {
        Change? root = null;
        return name => (root ??= rootOf(node))?.Properties[name];
    }

    /// <summary>What governs a node that is here. The thread's own room knows its target, which its home does not.</summary>
    private RoomRule RuleOver(StoredNode node) =>
        node.Id.Value.StartsWith(RoomNames.ThreadPrefix, StringComparison.Ordinal) && Schemas.Is(node.Root.SchemaId, Schemas.Channel)
            ? rules.Of(RoomNames.Channel(node.Id).Value)
            : rules.Of(node.Home);

    /// <summary>
    /// A known node's home holds for all its later changes, whatever they say. Only while nothing proves who made the node does a
    /// create of it stand in the room that it names itself: else whoever came first could keep the real one out.
    /// </summary>
    private static string? HomeOf(StoredNode? node, Offer offer) =>
        node is null ? offer.OwnHome
        : offer.OwnHome is not null && offer.MayCreate && (offer.Proves || !node.Root.Proven) ? offer.OwnHome
        : node.Home;

    /// <summary>In a governed room nothing moves: a second create that also proves the node may stand beside the first, under the same rule.</summary>
    private string HomeOfTaken(StoredNode node, Offer offer, RoomRule rule) =>
        offer.Proves && offer.OwnHome is { } own && (own == RoomNames.Channel(node.Id).Value || rules.Of(own) == rule) ? own : node.Home;

    private static NodeId? ThreadTarget(Change change) =>
        change.Node.Value.StartsWith(RoomNames.ThreadPrefix, StringComparison.Ordinal) && Schemas.Is(change.SchemaId, Schemas.Channel)
            && NodeId.TryParse(change.Properties["target"]?.Text, out var target) && RoomNames.ThreadOf(target) == change.Node
            ? target
            : null;
}
