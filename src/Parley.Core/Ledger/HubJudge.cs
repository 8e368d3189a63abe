using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>
/// The judge of a hub: decides one change after the other against the node's root, and refuses to the sender what is refused for now.
/// </summary>
internal sealed class HubJudge(LedgerTransaction transaction) : Judge(transaction)
{
    private readonly Door _door = new(transaction);

    private Facts Facts => Transaction.Facts;

    /// <inheritdoc/>
    public override IEnumerable<Needs> Run(List<Candidate> candidates)
    {
        var open = new LinkedList<Candidate>(candidates);
        while (true)
        {
            var due = TakeDue();
            for (var i = due.Count - 1; i >= 0; i--)
            {
                open.AddFirst(due[i]);
            }

            if (Facts.HasNeeds)
            {
                yield return Facts.TakeNeeds();
                continue;
            }

            if (open.First is not { } first)
            {
                yield break;
            }

            if (TryDecide(first.Value, isTrial: false))
            {
                open.RemoveFirst();
                continue;
            }

            // What one misses, the others that wait behind it will miss too.
            foreach (var other in open.Skip(1))
            {
                TryDecide(other, isTrial: true);
            }

            yield return Facts.TakeNeeds();
        }
    }

    // False if something has to be asked first; then, and in a trial, nothing happens.
    private bool TryDecide(Candidate candidate, bool isTrial)
    {
        var change = candidate.Change;
        if (!Facts.TryNode(change.Node, out var node) | (candidate.Offer.Shape.MayCreate && !Facts.TryWaiting(WaitKey.Node(change.Node), out _)))
        {
            return false;
        }

        var ruling = Locate(candidate, node, out var place);
        // What it belongs to nobody can say yet: the sender counts as what they are in the room that they name.
        var named = ruling is null && place.Refused is null && !Facts.HasNeeds && candidate.Offer.Room is { } room ? RulingOf(room) : null;
        var right = ruling is { } known ? RightOf(candidate, place.Node, known) : default;
        if (Facts.HasNeeds)
        {
            return false;
        }

        if (!isTrial)
        {
            Decide(candidate, node, place, ruling ?? named, right);
        }

        return true;
    }

    private void Decide(Candidate candidate, NodeFacts? node, Spot place, Ruling? ruling, Right right)
    {
        var change = candidate.Change;
        if (Facts.IsPassed(candidate, out var passed))
        {
            Transaction.Settle(candidate, new Verdict.Duplicate(passed));
            return;
        }

        if (place.Refused is { } refused)
        {
            Transaction.Refuse(candidate, refused);
            return;
        }

        var standing = ruling is not { } asked || IsFromItsPeople(candidate, asked) ? SenderStanding.Member : Door.StandingOf(asked, candidate.Offer.Sender);
        if ((place.IsHomeless ? WaitKey.Node(change.Node) : right.WaitsFor) is { } key)
        {
            if (_door.MayWait(standing, candidate))
            {
                Hold(candidate, key, ruling?.Log);
            }
        }
        else if (_door.MayBring(standing, candidate) && IsLetIn(candidate, place, ruling!.Value))
        {
            if (right.Refused is { } reason && right.Term != RefusalTerm.UnderThisRoot)
            {
                Transaction.Refuse(candidate, ruling.Value.Rule is not RoomRule.Log && reason == Reason.NotAuthor
                    ? Verdict.NotTheirs
                    : new(Refusal.Forbidden, reason, right.Term == RefusalTerm.ForGood));
            }
            else
            {
                File(candidate, node, place.Home);
            }
        }
    }

    // Under the name of the one thing that it misses, so that what strangers wait for is not looked at whenever a log moves.
    private void Hold(Candidate candidate, WaitKey key, MembershipLog? log)
    {
        if (log is null || key != WaitKey.Domain(log.Domain))
        {
            Hold(candidate, key);
            return;
        }

        var missing = SeenOperations.Read(candidate.Change.Properties) is { } seen
            ? WaitKey.Operation(seen.First(op => !log.IsValidHere(op)))
            : WaitKey.Seat(log.Domain, candidate.Change.Author);
        Transaction.Waiting.Hold(candidate, missing, HoldReason.UnknownMember, log.Domain);
    }

    // The Channel of a direct message says who its people are; whoever of them brings it.
    private static bool IsFromItsPeople(Candidate candidate, in Ruling over) =>
        candidate.Offer.Shape.Proves && over.Rule is RoomRule.Log(var domain) && domain == candidate.Change.Node
            && candidate.Offer.Sender is { } sender && RoomRules.PeopleOf(candidate.Change.Properties["members"])?.Contains(sender) == true;

    /// <summary>Where a change stands, or why it stands nowhere.</summary>
    private readonly record struct Spot(RoomId Home, NodeFacts? Node, Verdict.Refused? Refused)
    {
        /// <summary>Nobody can say before its node is here.</summary>
        public bool IsHomeless => Home == default && Refused is null;
    }

    // Null if it has no home before its node is here, or something has to be asked first.
    private Ruling? Locate(Candidate candidate, NodeFacts? node, out Spot place)
    {
        var (offer, change) = (candidate.Offer, candidate.Change);
        place = default;
        if (RoomNames.SubjectOf(change.Node) is { } subject && subject != change.Author)
        {
            place = new(default, null, Verdict.NotTheirs);
            return null;
        }

        var known = node is null ? null : RuleOver(node);
        if (Facts.HasNeeds)
        {
            return null;
        }

        var isTaken = known is RoomRule.People or RoomRule.Log && !(offer.Shape.Proves && !node!.Root.Proven);
        if ((isTaken ? HomeOfTaken(node!, offer, known!) : HomeOf(node, offer)) is not { } home)
        {
            return null;
        }

        if (offer.Room is { } room && room != home && room != RoomNames.Author(change.Author))
        {
            place = new(home, null, Verdict.NotInTheRoom);
            return null;
        }

        var ruling = isTaken ? RulingFor(known!)
            : offer.Shape.MayCreate && home == NodeFold.HomeOf(change) ? Transaction.RulingOfRoot(change)
            : RulingOf(home);
        if (!isTaken && offer.Shape is { MayCreate: true, ThreadTarget: { } target })
        {
            // Whoever makes a thread first does not choose whose it is.
            var over = Transaction.RuleOver(target);
            if (ruling is { } own && over is { IsGoverned: true })
            {
                if (own.Rule.IsGoverned ? own.Rule != over : home != RoomNames.Channel(change.Node))
                {
                    place = new(home, null, Verdict.NotInTheRoom);
                    return null;
                }

                ruling = RulingFor(over);
            }
        }

        place = new(home, isTaken || !offer.Shape.Proves || node is { Root.Proven: true } ? node : null, null);
        return ruling;
    }

    private Ruling? RulingFor(RoomRule rule) =>
        rule is not RoomRule.Log log ? new(rule, null, false) : Facts.TryLog(log.Domain, out var found) ? new(rule, found, false) : null;

    private Right RightOf(Candidate candidate, NodeFacts? node, Ruling over)
    {
        var change = candidate.Change;
        return node is not null ? over.OfLater(node.Root, RoutingOf(node.Id), change)
            : candidate.Offer.Shape.MayCreate ? over.OfRoot(change, candidate.Offer.Shape.Proves)
            : over.Rule is RoomRule.Log or RoomRule.Unknown ? Rights.OfOrphan(over.Rule, over.Log, change)

            // It says itself where it belongs, and nobody there can take that from it: replicas keep it until its node is there.
            : default;
    }

    // What the node's root says; it is read only if a change writes what routes.
    private Func<string, JsonValue?> RoutingOf(NodeId node) => name => Facts.TryRoot(node, out var root) ? root?.Properties[name] : null;

    // Before the author's rights: whoever hands it in, and what no replica minds.
    private bool IsLetIn(Candidate candidate, Spot place, Ruling over)
    {
        var (offer, change) = (candidate.Offer, candidate.Change);
        switch (over.Rule)
        {
            case RoomRule.Owner owner when change.Author != owner.Person:
                Transaction.Refuse(candidate, Verdict.NotTheirs);
                return false;
            case RoomRule.Knock knock when change.Author != knock.Door:
                return IsKnock(candidate, place.Node, knock.Door);
            case RoomRule.People people when !people.Who.Contains(change.Author)
                    || (place.Node?.Id == people.Channel && ChangeRequests.OfLater(change, place.Node.Root, RoutingOf(place.Node.Id)).PropertiesWritten.Count > 0):
                Transaction.Refuse(candidate, new(Refusal.Forbidden, people.Who.Contains(change.Author) ? Reason.ImmutableField : Reason.NotAMember));
                return false;
            case RoomRule.Open when place.Node is null && IsShutOut(offer, change, place.Home):
                Transaction.Refuse(candidate, new(Refusal.Forbidden, Reason.NotAMember));
                return false;
            case RoomRule.Log when over.Log is { } log && place.Node is { } node && log.VerdictOf(node.Root.Hash) is { Status: OpStatus.Valid }:
                Transaction.Refuse(candidate, new(Refusal.Forbidden, Reason.WriteOnce));
                return false;
            default:
                return true;
        }
    }

    // The door is everybody's to knock at, and nobody's to fill.
    private bool IsKnock(Candidate candidate, NodeFacts? node, PersonId door)
    {
        if (!Schemas.Is(node?.Root.SchemaId ?? candidate.Change.SchemaId, Schemas.Knock))
        {
            Transaction.Refuse(candidate, Verdict.NotTheirs);
            return false;
        }

        switch (Transaction.Knocks.Take(candidate.Offer.Sender ?? candidate.Change.Author, door))
        {
            case KnockAnswer.Taken:
                return true;
            case KnockAnswer.TooMany:
                Transaction.Refuse(candidate, new(Refusal.Forbidden, Reason.TooManyKnocks));
                return false;
            default:
                Transaction.Refuse(candidate, new(Refusal.Quota, Reason.TooManyKnocks, isFinal: false));
                return false;
        }
    }

    // A channel's first change must not shut its author out.
    private static bool IsShutOut(Offer offer, Change change, RoomId home) =>
        offer.Shape.MayCreate && Schemas.Is(change.SchemaId, Schemas.Channel) && home == RoomNames.Channel(change.Node)
        && RoomRules.PeopleOf(change.Properties["members"]) is { } members && !members.Contains(change.Author);

    private void File(Candidate candidate, NodeFacts? node, RoomId home)
    {
        var change = candidate.Change;
        Transaction.File(candidate, home);
        Transaction.Settle(candidate, new Verdict.Accepted());
        if (candidate.Offer.Shape.MayCreate)
        {
            Root(change, node, home, candidate.Offer.Shape.Proves);
            Release(WaitKey.Node(change.Node));
            if (Schemas.Is(change.SchemaId, Schemas.Channel))
            {
                Release(WaitKey.Domain(change.Node));
            }
        }
    }

    /// <inheritdoc/>
    public override void Seated(NodeId domain, IEnumerable<PersonId> people)
    {
        foreach (var person in people)
        {
            Release(WaitKey.Seat(domain, person));
        }
    }

    /// <inheritdoc/>
    public override void Carried(Candidate candidate, RoomId home)
    {
        Release(WaitKey.Operation(candidate.Change.Hash));

        // It is a node of its own, which nobody writes again.
        var shape = candidate.Offer.Shape;
        if (shape is { MayCreate: true, Proves: true } && Facts.TryNode(candidate.Change.Node, out var node) && node is null)
        {
            Root(candidate.Change, null, home, proves: true);
            Release(WaitKey.Node(candidate.Change.Node));
        }
    }

    // Makes a change the root of its node if it is the better one.
    private void Root(Change change, NodeFacts? node, RoomId home, bool proves)
    {
        var root = new NodeRoot(change.Hash, change.Author, change.WallTime, change.Lamport, change.SchemaId!, proves);
        if (node is not null)
        {
            // What a channel's first create says about its people is not displaced by one that proves nothing either.
            if (root.Rank.CompareTo(node.Root.Rank) >= 0 || (!proves && Schemas.Is(node.Root.SchemaId, Schemas.Channel)))
            {
                return;
            }
        }

        var after = new NodeFacts(change.Node, home, root);
        Facts.Set(after, change);
        Transaction.Add(new Transition.NodeSet(node, after, change));
        Transaction.ForgetRules(change.Node);
    }

    // The thread's own room knows its target, which its home does not.
    private RoomRule? RuleOver(NodeFacts node) =>
        Transaction.RuleOf(RoomNames.IsThread(node.Id.Value) && Schemas.Is(node.Root.SchemaId, Schemas.Channel) ? RoomNames.Channel(node.Id) : node.Home);

    /// <summary>
    /// A known node's home holds for all its later changes, whatever they say. Only while nothing proves who made the node does a create of it
    /// stand in the room that it names itself: else whoever came first could keep the real one out.
    /// </summary>
    private static RoomId? HomeOf(NodeFacts? node, Offer offer) =>
        node is null ? offer.Shape.OwnHome
        : offer.Shape is { OwnHome: not null, MayCreate: true } && (offer.Shape.Proves || !node.Root.Proven) ? offer.Shape.OwnHome
        : node.Home;

    /// <summary>In a governed room nothing moves: a second create that also proves the node may stand beside the first, under the same rule.</summary>
    private RoomId? HomeOfTaken(NodeFacts node, Offer offer, RoomRule rule) =>
        offer.Shape is { Proves: true, OwnHome: { } own } && (own == RoomNames.Channel(node.Id) || Transaction.RuleOf(own) == rule) ? own : node.Home;
}
