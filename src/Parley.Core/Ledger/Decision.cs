using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>What became of one offered change.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The change was offered in a room that is not its home.</summary>
    public static Refused NotInTheRoom { get; } = new(Refusal.Room, null, "The change does not belong in this room.");

    /// <summary>The node is somebody else's.</summary>
    public static Refused NotTheirs { get; } = new(Refusal.Forbidden, null, "The author may not write this node.");

    /// <summary>In the log from this transaction on.</summary>
    public sealed record Accepted : Verdict;

    /// <summary>Here already: filed at a place, or waiting (<paramref name="Place"/> has number 0).</summary>
    public sealed record Duplicate(Place Place) : Verdict;

    /// <summary>Kept until what it waits for is here.</summary>
    public sealed record Held(HoldReason Why) : Verdict;

    /// <summary>Not taken.</summary>
    /// <param name="Code">The kind of refusal.</param>
    /// <param name="Reason">The rule that refuses it; null if there is only a sentence.</param>
    /// <param name="Why">The same as text for developers.</param>
    /// <param name="IsFinal">No operation and no other sender can change it. False says nothing about the change, only about now.</param>
    public sealed record Refused(Refusal Code, Reason? Reason, string Why, bool IsFinal = true) : Verdict
    {
        /// <summary>Refused by a rule that has a name.</summary>
        public Refused(Refusal code, Reason reason, bool isFinal = true)
            : this(code, reason, reason.ToCode(), isFinal)
        {
        }
    }
}

/// <summary>Where a change stands: its room and its number there; number 0 if it waits.</summary>
internal readonly record struct Place(RoomId Room, long Seq);

/// <summary>A node as it is judged: its root and home, and on a replica what its counting changes fold to.</summary>
/// <param name="Id">The node.</param>
/// <param name="Home">Its home room, by its root.</param>
/// <param name="Root">The change that makes it.</param>
/// <param name="State">On a replica: the fold.</param>
/// <param name="IsHidden">On a replica: no root of it is accepted, and it is not this person's own.</param>
/// <param name="Refused">On a replica: why this person's latest change to it does not count.</param>
internal sealed record NodeFacts(NodeId Id, RoomId Home, NodeRoot Root, NodeState? State = null, bool IsHidden = false, Reason? Refused = null);

/// <summary>In which of two pools a waiting change is counted.</summary>
internal enum Pool : byte
{
    /// <summary>The room's rule names the payer: a member now or before, the owner, one of the people.</summary>
    Member,

    /// <summary>Everybody else, and everybody while nothing is known of the room.</summary>
    Others,
}

/// <summary>What a change waits for.</summary>
internal enum WaitKind : byte
{
    /// <summary>A node's first change.</summary>
    Node,

    /// <summary>What the membership log of an access scope says next, or the first change of the channel that tells whose it is.</summary>
    Domain,

    /// <summary>The time at which it may be believed.</summary>
    Future,

    /// <summary>Nothing waits for a room: this asks for what waits in one, whatever it waits for.</summary>
    Room,

    /// <summary>At a hub: one membership operation.</summary>
    Operation,

    /// <summary>At a hub: that a person comes into an access scope.</summary>
    Seat,
}

/// <summary>The name under which changes wait.</summary>
internal readonly record struct WaitKey(WaitKind Kind, NodeId Id, PersonId? Person = null)
{
    /// <summary>Waits for its time.</summary>
    public static WaitKey Future { get; } = new(WaitKind.Future, default);

    /// <summary>Waits for a node's first change.</summary>
    public static WaitKey Node(NodeId id) => new(WaitKind.Node, id);

    /// <summary>What waits in a room, whatever it waits for.</summary>
    public static WaitKey In(RoomId room) => new(WaitKind.Room, new(room.Value));

    /// <summary>Waits for an access scope.</summary>
    public static WaitKey Domain(NodeId id) => new(WaitKind.Domain, id);

    /// <summary>Waits for an operation.</summary>
    public static WaitKey Operation(in ChangeHash hash) => new(WaitKind.Operation, new(hash.ToString()));

    /// <summary>Waits for a person to come in.</summary>
    public static WaitKey Seat(NodeId domain, PersonId person) => new(WaitKind.Seat, domain, person);
}

/// <summary>A change that waits on disk.</summary>
/// <param name="Change">The change.</param>
/// <param name="Room">The room in which it was offered.</param>
/// <param name="For">What it waits for.</param>
/// <param name="Why">The same as a reason.</param>
/// <param name="Payer">Who is charged for it: who brought it, or its author if nobody else did.</param>
/// <param name="Pool">In which pool.</param>
/// <param name="IsOperation">It carries a membership operation.</param>
internal sealed record WaitingRow(Change Change, RoomId Room, WaitKey For, HoldReason Why, PersonId Payer, Pool Pool, bool IsOperation)
{
    private int _bytes;

    /// <summary>On a replica: the hub's number of it in <see cref="Room"/>; null if that is not known.</summary>
    public long? Number { get; init; }

    /// <summary>Also offered in its author's own room (<see cref="Offer.IsListed"/>).</summary>
    public bool IsListed { get; init; }

    /// <summary>
    /// With whose changes of its payer it is counted in the member pool: at a hub those of one access scope, else those of its room.
    /// </summary>
    public RoomId Scope { get => field == default ? Room : field; init; }

    /// <summary>The size of its wire form.</summary>
    public int Bytes => _bytes > 0 ? _bytes : _bytes = ChangeWire.ToBytes(Change, Room).Length;
}

/// <summary>Why a change waits no longer.</summary>
internal enum WaitEnd : byte
{
    /// <summary>It was filed.</summary>
    Filed,

    /// <summary>It waits for something else from now on.</summary>
    Moved,

    /// <summary>It was refused.</summary>
    Refused,

    /// <summary>It had to go for a bound.</summary>
    PushedOut,
}

/// <summary>
/// One thing that a transaction changes. The list of all of them, in order, is what the store writes, what projections read and, after the
/// commit, what listeners hear: there is no second vocabulary.
/// </summary>
internal abstract record Transition
{
    private Transition()
    {
    }

    /// <summary>A change goes into the log of its home room.</summary>
    /// <param name="Offer">The change.</param>
    /// <param name="Home">Its home room.</param>
    /// <param name="IsOperation">It is a valid membership operation.</param>
    public sealed record Filed(Offer Offer, RoomId Home, bool IsOperation) : Transition;

    /// <summary>On a replica: what an access scope says of a change in the log, for the first time or anew.</summary>
    /// <param name="Change">The change.</param>
    /// <param name="Scope">The access scope that decides.</param>
    /// <param name="DoesNotCount">Why it does not count; null if it counts or waits.</param>
    /// <param name="IsOpen">What decides about it is not here.</param>
    public sealed record Judged(Change Change, NodeId Scope, Reason? DoesNotCount, bool IsOpen) : Transition;

    /// <summary>At a hub: a filed change is also listed in another room.</summary>
    public sealed record Listed(Offer Offer, RoomId Room, RoomId Home) : Transition;

    /// <summary>A change waits from now on.</summary>
    public sealed record Waits(WaitingRow Row) : Transition;

    /// <summary>A change waits no longer.</summary>
    public sealed record Ended(WaitingRow Row, WaitEnd End) : Transition;

    /// <summary>A node got its first root, another root, or other content.</summary>
    /// <param name="Before">As it was; null if it was not here.</param>
    /// <param name="After">As it is.</param>
    /// <param name="NewRoot">The change that is its root from now on; null if the root stayed.</param>
    public sealed record NodeSet(NodeFacts? Before, NodeFacts After, Change? NewRoot) : Transition;

    /// <summary>A person's place in an access scope is another one.</summary>
    /// <param name="Domain">The access scope.</param>
    /// <param name="Person">Who.</param>
    /// <param name="Role">The role with which they may enter; null if they may not.</param>
    /// <param name="EndedBy">Which operation of the scope's own log ended it; null if none did.</param>
    public sealed record MemberSet(NodeId Domain, PersonId Person, AccessRole? Role, ChangeHash? EndedBy) : Transition;

    /// <summary>An access scope has a log, or its log grew.</summary>
    /// <param name="Domain">The access scope.</param>
    /// <param name="Space">Of a private channel: its space.</param>
    /// <param name="Version">The number of valid operations of its own log.</param>
    public sealed record DomainSet(NodeId Domain, NodeId? Space, int Version) : Transition;

    /// <summary>On a replica: a change was dropped for a bound, so what was read of this room is to be read again when the cause is gone.</summary>
    public sealed record Reread(RoomId Room, WaitingRow Dropped) : Transition;
}

/// <summary>What a transaction comes to.</summary>
/// <param name="Verdicts">One for each offer, in order.</param>
/// <param name="Transitions">What is to be written and told, in order.</param>
/// <param name="Rest">What was set free beyond what one transaction takes: it still waits, and <see cref="LedgerEngine.Continue"/> judges it.</param>
/// <param name="WaitsForTime">More waits for its time.</param>
internal sealed record Decision(IReadOnlyList<Verdict> Verdicts, IReadOnlyList<Transition> Transitions, IReadOnlyList<WaitingRow> Rest, bool WaitsForTime);
