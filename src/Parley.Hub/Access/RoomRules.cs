using System.Collections.Frozen;
using Parley.Hub.Limits;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Hub.Access;

/// <summary>
/// Tells a room's rule from its name and from the nodes that are here: a space or private channel names its log, an open channel proves its
/// space, a thread has the rights of what it hangs on (docs/protocol.md, authorization).
/// </summary>
/// <param name="memberships">The logs: a direct message follows its own as soon as there is one.</param>
/// <param name="find">A node with its root, or null. Of a node that is no Channel the root is not looked at.</param>
/// <param name="keepsOpen">
/// True for the writer, who hears of every create and calls <see cref="Forget"/>: only so may it be remembered that nothing is known of a room.
/// </param>
/// <param name="hasCommons">True where the space <c>main</c> is everybody's; else it is nobody's.</param>
internal sealed class RoomRules(Memberships memberships, Func<NodeId, KnownNode?> find, bool keepsOpen, bool hasCommons)
{
    private const int KnownMax = 100_000;

    /// <summary>A thread hangs on a message of a thread, and so on: deeper than this nobody is let in.</summary>
    private const int StepsMax = 16;

    // The thread of the space's node is its #general, also while its Channel is not here.
    private static readonly NodeId Main = new(RoomNames.MainSpace), MainGeneral = RoomNames.ThreadOf(Main);
    private readonly RoomRule _main = hasCommons ? RoomRule.Open : new RoomRule.People(Main, FrozenSet<string>.Empty);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RoomRule> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, List<string>> _until = [];
    private long _generation;

    /// <summary>The rule of a room or topic.</summary>
    public RoomRule Of(string room)
    {
        long generation;
        lock (_gate)
        {
            if (_known.TryGetValue(room, out var known))
            {
                return known;
            }

            generation = _generation;
        }

        var rule = Resolve(room, 0);
        lock (_gate)
        {
            if (generation == _generation)
            {
                Keep(room, rule);
            }
        }

        return rule;
    }

    /// <summary>The rule over one node and what hangs on it.</summary>
    public RoomRule OfNode(NodeId node) => OfNode(node, 0);

    /// <summary>Says that a node was made: rooms of which nothing was known because of it are looked at again.</summary>
    public void Forget(NodeId node)
    {
        lock (_gate)
        {
            if (_until.Remove(node, out var rooms))
            {
                _generation++;
                rooms.ForEach(room => _known.Remove(room));
            }
        }
    }

    /// <summary>Forgets everything: a root was replaced, or a commit failed.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _generation++;
            _known.Clear();
            _until.Clear();
        }
    }

    private void Keep(string room, RoomRule rule)
    {
        // A direct message gets its people by its Channel, and a log at any time after: until then nothing of it is remembered.
        var isPassing = rule switch
        {
            RoomRule.Untold => true,
            RoomRule.Everybody everybody => everybody.Until is not null && !keepsOpen,
            RoomRule.People people => AccessDomains.KindOf(people.Channel) == AccessDomainKind.DirectMessage,
            RoomRule.Log log => AccessDomains.KindOf(log.Domain) == AccessDomainKind.DirectMessage && !memberships.Has(log.Domain),
            _ => false,
        };
        if (isPassing)
        {
            return;
        }

        if (_known.Count >= KnownMax)
        {
            _known.Clear();
            _until.Clear();
        }

        _known[room] = rule;
        if (rule is RoomRule.Everybody { Until: { } missing })
        {
            if (!_until.TryGetValue(missing, out var rooms))
            {
                _until[missing] = rooms = [];
            }

            rooms.Add(room);
        }
    }

    private RoomRule Resolve(string room, int steps) =>
        steps > StepsMax ? new RoomRule.People(default, FrozenSet<string>.Empty)
        : After(room, RoomNames.SpacePrefix) is { } space ? OfSpace(space)
        : After(room, RoomNames.ChannelPrefix) is { } channel ? OfChannel(new(channel), steps)
        : After(room, RoomNames.CallPrefix) is { } called ? OfChannel(new(called), steps)
        : After(room, RoomNames.PresencePrefix) is { } document
            ? After(document, RoomNames.SpacePresencePrefix) is { } present ? OfSpace(present) : OfNode(new(document), steps)
        : HubAccess.OwnerOf(room) is { } owner ? new RoomRule.Owner(owner)
        : RoomRule.Open;

    private RoomRule OfSpace(string space) =>
        space == Main.Value ? _main
        : AccessDomains.KindOf(space.AsSpan()) == AccessDomainKind.Space ? new RoomRule.Log(new(space)) : RoomRule.Open;

    private RoomRule OfChannel(NodeId id, int steps)
    {
        if (id == MainGeneral)
        {
            return _main;
        }

        var kind = AccessDomains.KindOf(id);
        if (kind is AccessDomainKind.Space or AccessDomainKind.Channel || (kind == AccessDomainKind.DirectMessage && memberships.Has(id)))
        {
            return new RoomRule.Log(id);
        }

        if (find(id) is not { } known)
        {
            return kind == AccessDomainKind.DirectMessage ? new RoomRule.Log(id)
                : RoomNames.IsOpenChannel(id.Value) || RoomNames.IsThread(id.Value) ? new RoomRule.Untold(id)
                : new RoomRule.Everybody(id);
        }

        if (!Schemas.Is(known.Node.Root.SchemaId, Schemas.Channel))
        {
            var over = Resolve(known.Node.Home, steps + 1);
            return over is RoomRule.Owner ? RoomRule.Open : over;
        }

        var root = ChangeWire.FromTrustedBytes(known.RootWire);
        var rule = known.Node.Home == RoomNames.Channel(id).Value ? OfPeople(id, root) : Resolve(known.Node.Home, steps + 1);
        return RoomNames.IsThread(id.Value) && NodeId.TryParse(root.Properties["target"]?.Text, out var target)
            && RoomNames.ThreadOf(target) == id
            ? OfThread(OfNode(target, steps + 1), rule)
            : rule;
    }

    /// <summary>A thread has the rights of its target; where that is not here, those of the space it says to be in, and nobody's where that is open.</summary>
    public static RoomRule OfThread(RoomRule target, RoomRule channel) =>
        target.IsGoverned || !channel.IsGoverned ? target is RoomRule.Everybody { Until: { } missing } ? new RoomRule.Untold(missing) : target : channel;

    /// <summary>The rule of a channel that lives in its own room: whom it names as its people, or everybody.</summary>
    public static RoomRule OfPeople(NodeId id, Change root) =>
        Members(root) is { Count: > 0 } members ? new RoomRule.People(id, members) : RoomRule.Open;

    /// <summary>Whom a Channel's create names as its people.</summary>
    public static FrozenSet<string> Members(Change root) =>
        (root.Properties["members"]?.Items ?? []).Select(static m => m.Text).OfType<string>().ToFrozenSet(StringComparer.Ordinal);

    private RoomRule OfNode(NodeId id, int steps)
    {
        if (AccessDomains.KindOf(id) is not null
            || RoomNames.IsOpenChannel(id.Value) || RoomNames.IsThread(id.Value))
        {
            return OfChannel(id, steps);
        }

        if (id == Main)
        {
            return _main;
        }

        if (RoomNames.SubjectOf(id) is { } subject)
        {
            return id == RoomNames.InboxNode(subject) ? new RoomRule.Owner(subject.Value) : RoomRule.Open;
        }

        return find(id) is not { } known ? new RoomRule.Everybody(id)
            : Schemas.Is(known.Node.Root.SchemaId, Schemas.Channel) ? OfChannel(id, steps + 1)
            : Resolve(known.Node.Home, steps + 1);
    }

    private static string? After(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;
}
