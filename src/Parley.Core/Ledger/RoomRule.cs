using Parley.Identity;
using Parley.Ids;

namespace Parley.Ledger;

/// <summary>Who may do what in a room (docs/protocol.md, authorization). What a person may do then, the rule's membership log says.</summary>
internal abstract record RoomRule
{
    private RoomRule()
    {
    }

    /// <summary>Everybody connected.</summary>
    public static RoomRule Everybody { get; } = new Open();

    /// <summary>Nobody: a thread that hangs on threads without end, or a common space that is not served.</summary>
    public static RoomRule Nobody { get; } = new People(default, new HashSet<PersonId>());

    /// <summary>True if some are let in and others are not.</summary>
    public bool IsGoverned => this is Owner or Knock or People or Log;

    /// <summary>The access scope whose operations decide; null if none do.</summary>
    public NodeId? Scope => this is Log log ? log.Domain : null;

    /// <summary>Everybody connected; what follows from a node itself still holds.</summary>
    public sealed record Open : RoomRule;

    /// <summary>One person's own room.</summary>
    public sealed record Owner(PersonId Person) : RoomRule;

    /// <summary>One person's door: its owner reads, anybody knocks.</summary>
    public sealed record Knock(PersonId Door) : RoomRule;

    /// <summary>A channel without a log: exactly those whom its first change names.</summary>
    public sealed record People(NodeId Channel, IReadOnlySet<PersonId> Who) : RoomRule
    {
        /// <inheritdoc/>
        public bool Equals(People? other) => other is not null && Channel == other.Channel && Who.SetEquals(other.Who);

        /// <inheritdoc/>
        public override int GetHashCode() => Channel.GetHashCode();
    }

    /// <summary>The membership log of a space, private channel or direct message; nobody while the log has no root.</summary>
    public sealed record Log(NodeId Domain) : RoomRule;

    /// <summary>Who may is not known before this channel's first change is here: it serves nobody, and what comes waits.</summary>
    /// <param name="WaitsFor">The channel, or what the thread hangs on.</param>
    public sealed record Unknown(NodeId WaitsFor) : RoomRule
    {
        /// <summary>The name under which changes wait for it.</summary>
        public WaitKey Key => RoomNames.IsOpenChannel(WaitsFor.Value) || RoomNames.IsThread(WaitsFor.Value) ? WaitKey.Domain(WaitsFor) : WaitKey.Node(WaitsFor);
    }
}
