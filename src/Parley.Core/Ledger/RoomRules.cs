using System.Collections.Concurrent;
using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Ledger;

/// <summary>What a rule rests on.</summary>
internal interface IRuleFacts
{
    /// <summary>A node's schema, home and routing properties.</summary>
    /// <returns>False if the store has to be asked first; then <paramref name="node"/> says nothing.</returns>
    bool TryNode(NodeId id, out RuleNode? node);

    /// <summary>Whether a direct message has a membership log.</summary>
    /// <returns>False if the store has to be asked first.</returns>
    bool TryHasLog(NodeId directMessage, out bool hasLog);

    /// <summary>The space whose #general this thread is; null if no space here has it.</summary>
    NodeId? SpaceOfGeneral(NodeId thread);
}

/// <summary>What rules look at in a node.</summary>
/// <param name="SchemaId">Its schema.</param>
/// <param name="Home">Its home room.</param>
/// <param name="Properties">What its first change says by name; asked of Channels alone.</param>
internal sealed record RuleNode(string SchemaId, RoomId Home, Func<string, JsonValue?> Properties);

/// <summary>
/// Tells a room's rule from its name and from the nodes that are here: a space or private channel names its log, an open channel proves its
/// space, a thread has the rights of what it hangs on (docs/protocol.md, authorization).
/// </summary>
/// <remarks>
/// Remembers, for each rule, the nodes and access scopes that it was resolved from, and the reverse: <see cref="Forget"/> costs what hangs on
/// one key. One thread at a time, but for <see cref="Find"/>.
/// </remarks>
/// <param name="hasCommons">The space <c>main</c> is everybody's; else it is nobody's.</param>
/// <param name="isHub">
/// At a hub a thread outside any space is closed while what it hangs on is not here: its id follows from that of a message, which an ex-member
/// knows. A replica keeps what it is given and judges it again.
/// </param>
internal sealed class RoomRules(bool hasCommons, bool isHub)
{
    private const int RoomsMax = 100_000;

    // A thread hangs on a message of a thread, and so on: deeper than this nobody is let in.
    private const int StepsMax = 16;

    private static readonly NodeId s_main = new(RoomNames.MainSpace), s_mainGeneral = RoomNames.ThreadOf(s_main);

    private readonly bool _isHub = isHub;
    private readonly RoomRule _main = hasCommons ? RoomRule.Everybody : RoomRule.Nobody;
    private readonly ConcurrentDictionary<string, (RoomRule Rule, NodeId[] Keys)> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, HashSet<string>> _byKey = [];

    /// <summary>The rule of a room or topic; null if <paramref name="facts"/> has to ask first.</summary>
    public RoomRule? Of(string room, IRuleFacts facts)
    {
        if (_rooms.TryGetValue(room, out var known))
        {
            return known.Rule;
        }

        var keys = new HashSet<NodeId>();
        var rule = new Resolution(this, facts, keys).Room(room, 0);
        if (rule is not null)
        {
            Keep(room, rule, [.. keys]);
        }

        return rule;
    }

    /// <summary>The rule of a room if it is remembered, at any time and on any thread.</summary>
    public RoomRule? Find(string room) => _rooms.TryGetValue(room, out var known) ? known.Rule : null;

    /// <summary>The rule over one node and what hangs on it; null if <paramref name="facts"/> has to ask first.</summary>
    public RoomRule? OfNode(NodeId node, IRuleFacts facts) => new Resolution(this, facts, []).Node(node, 0);

    /// <summary>The rule of a thread's own room as its first change would have it; null if <paramref name="facts"/> has to ask first.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="target">What it hangs on.</param>
    /// <param name="members">Whom its first change names.</param>
    /// <param name="facts">What is known.</param>
    public RoomRule? OfThread(NodeId thread, NodeId target, JsonValue? members, IRuleFacts facts) =>
        new Resolution(this, facts, []).Thread(thread, target, members);

    /// <summary>The nodes and access scopes that a remembered rule was resolved from.</summary>
    public IReadOnlyList<NodeId> KeysOf(string room) => _rooms.TryGetValue(room, out var known) ? known.Keys : [];

    /// <summary>The node or access scope is not what it was: the rules that were resolved from it are resolved again.</summary>
    /// <returns>The rooms whose rules were forgotten, with what they were.</returns>
    public IReadOnlyList<(string Room, RoomRule Was)> Forget(NodeId key)
    {
        if (!_byKey.Remove(key, out var rooms))
        {
            return [];
        }

        List<(string, RoomRule)> forgotten = [];
        foreach (var room in rooms)
        {
            if (_rooms.TryRemove(room, out var known))
            {
                forgotten.Add((room, known.Rule));
                foreach (var other in known.Keys.Where(other => other != key))
                {
                    if (_byKey.TryGetValue(other, out var siblings) && siblings.Remove(room) && siblings.Count == 0)
                    {
                        _byKey.Remove(other);
                    }
                }
            }
        }

        return forgotten;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _rooms.Clear();
        _byKey.Clear();
    }

    /// <summary>Whom a Channel's first change names as its people; null if it names nobody.</summary>
    public static IReadOnlySet<PersonId>? PeopleOf(JsonValue? members)
    {
        var names = (members?.Items ?? []).Select(static member => member.Text).OfType<string>().ToList();
        return names.Count == 0
            ? null
            : names.Select(static name => PersonId.TryParse(name, out var person) ? person : (PersonId?)null).OfType<PersonId>().ToHashSet();
    }

    private void Keep(string room, RoomRule rule, NodeId[] keys)
    {
        if (_rooms.Count >= RoomsMax)
        {
            Clear();
        }

        _rooms[room] = (rule, keys);
        foreach (var key in keys)
        {
            if (!_byKey.TryGetValue(key, out var rooms))
            {
                _byKey[key] = rooms = new(StringComparer.Ordinal);
            }

            rooms.Add(room);
        }
    }

    /// <summary>One question on its way down. Every answer is null as soon as a fact is not here yet.</summary>
    private readonly struct Resolution(RoomRules rules, IRuleFacts facts, HashSet<NodeId> keys)
    {
        public RoomRule? Room(string room, int steps)
        {
            if (steps > StepsMax)
            {
                return RoomRule.Nobody;
            }

            return RoomNames.SubjectOfSpaceRoom(room) is { } space ? Space(space)
                : RoomNames.SubjectOfChannelRoom(room) is { } channel ? Channel(new(channel), steps)
                : RoomNames.SubjectOfCallRoom(room) is { } called ? Channel(new(called), steps)
                : RoomNames.SubjectOfPresenceRoom(room) is { } document
                    ? RoomNames.SpaceOfPresence(document) is { } present ? Space(present) : Node(new(document), steps)
                : PersonId.TryParse(room, out var owner) ? new RoomRule.Owner(owner)
                : RoomNames.DoorOf(room) is { } door ? new RoomRule.Knock(door)
                : RoomRule.Everybody;
        }

        public RoomRule? Thread(NodeId thread, NodeId target, JsonValue? members) =>
            Thread(target, PeopleOf(members) is { } people ? new RoomRule.People(thread, people) : RoomRule.Everybody, 0);

        public RoomRule? Node(NodeId id, int steps)
        {
            if (AccessDomains.KindOf(id) is not null || RoomNames.IsOpenChannel(id.Value) || RoomNames.IsThread(id.Value))
            {
                return Channel(id, steps);
            }

            if (id == s_main)
            {
                return rules._main;
            }

            if (RoomNames.SubjectOf(id) is { } subject)
            {
                return id == RoomNames.InboxNode(subject) ? new RoomRule.Owner(subject) : RoomRule.Everybody;
            }

            keys.Add(id);
            return !facts.TryNode(id, out var node) ? null
                : node is null ? RoomRule.Everybody
                : Schemas.Is(node.SchemaId, Schemas.Channel) ? Channel(id, steps + 1)
                : Room(node.Home.Value, steps + 1);
        }

        private RoomRule Space(string space) =>
            space == s_main.Value ? rules._main
            : AccessDomains.KindOf(space.AsSpan()) == AccessDomainKind.Space ? new RoomRule.Log(new(space))
            : RoomRule.Everybody;

        private RoomRule? Channel(NodeId id, int steps)
        {
            if (steps > StepsMax)
            {
                return RoomRule.Nobody;
            }

            if (id == s_mainGeneral)
            {
                return rules._main;
            }

            switch (AccessDomains.KindOf(id))
            {
                case AccessDomainKind.Space or AccessDomainKind.Channel:
                    return new RoomRule.Log(id);
                case AccessDomainKind.DirectMessage:
                    return DirectMessage(id);
                default:
                    keys.Add(id);
                    break;
            }

            if (facts.SpaceOfGeneral(id) is { } general)
            {
                return new RoomRule.Log(general);
            }

            if (!facts.TryNode(id, out var node))
            {
                return null;
            }

            if (node is null)
            {
                // A reference client's channel may have any id; ids that prove something are closed until the proof is here.
                return RoomNames.IsOpenChannel(id.Value) || RoomNames.IsThread(id.Value) ? new RoomRule.Unknown(id) : RoomRule.Everybody;
            }

            if (!Schemas.Is(node.SchemaId, Schemas.Channel))
            {
                var over = Room(node.Home.Value, steps + 1);
                return over is RoomRule.Owner ? RoomRule.Everybody : over;
            }

            var own = node.Home == RoomNames.Channel(id)
                ? PeopleOf(node.Properties("members")) is { } people ? new RoomRule.People(id, people) : RoomRule.Everybody
                : Room(node.Home.Value, steps + 1);
            return RoomNames.IsThread(id.Value) && NodeId.TryParse(node.Properties("target")?.Text, out var target) && RoomNames.ThreadOf(target) == id
                ? Thread(target, own, steps)
                : own;
        }

        // By its log as soon as there is one; until then by the people whom its Channel proves.
        private RoomRule? DirectMessage(NodeId id)
        {
            keys.Add(id);
            if (!facts.TryHasLog(id, out var hasLog))
            {
                return null;
            }

            if (hasLog)
            {
                return new RoomRule.Log(id);
            }

            return !facts.TryNode(id, out var node) ? null
                : node is not null && Schemas.Is(node.SchemaId, Schemas.Channel) && PeopleOf(node.Properties("members")) is { } people
                    ? new RoomRule.People(id, people)
                    : new RoomRule.Log(id);
        }

        // A thread has the rights of its target; while that is not here, those of the space that it says to be in.
        private RoomRule? Thread(NodeId target, RoomRule? channel, int steps)
        {
            var over = Node(target, steps + 1);
            return over is null || channel is null ? null
                : over is RoomRule.Open && rules._isHub && IsMissing(target) ? channel.IsGoverned ? channel : new RoomRule.Unknown(target)
                : over.IsGoverned || over is RoomRule.Unknown || !channel.IsGoverned ? over
                : channel;
        }

        private bool IsMissing(NodeId target) =>
            AccessDomains.KindOf(target) is null && target != s_main && RoomNames.SubjectOf(target) is null
            && facts.TryNode(target, out var node) && node is null;
    }
}
