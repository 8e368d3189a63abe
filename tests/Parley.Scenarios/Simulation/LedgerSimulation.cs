using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// A workspace of some people whose replicas meet now and then: they grant, remove, invite, leave, write, edit, redact, react, back-date and
/// forge; commits fail and answers get lost. One seed, one history.
/// </summary>
internal sealed class LedgerSimulation
{
    private readonly Random _random;
    private readonly SimMutant _mutant;
    private readonly List<SimReplica> _people = [];
    private readonly List<NodeId> _channels = [];
    private readonly List<(NodeId Node, NodeId Channel, string Schema, PersonId Author)> _nodes = [];
    private readonly List<(NodeId Domain, ChangeHash Invite, byte[] Secret)> _invites = [];
    private readonly Dictionary<ChangeHash, (Change Change, RoomId Home)> _all = [];
    private NodeId _space;

    private LedgerSimulation(int seed, SimMutant mutant)
    {
        _random = new(seed);
        _mutant = mutant;
        for (var i = 0; i < 4; i++)
        {
            var person = new SimReplica(i, _random, mutant);
            person.Faults = () => _random.Next(40) switch { 0 => CommitFault.Failed, 1 => CommitFault.AnswerLost, _ => CommitFault.None };
            _people.Add(person);
        }
    }

    /// <summary>How many steps a history has.</summary>
    public const int Steps = 60;

    /// <summary>Runs a seed: what went wrong, or null.</summary>
    public static string? Violation(int seed, int steps, SimMutant mutant)
    {
        try
        {
            var simulation = new LedgerSimulation(seed, mutant);
            simulation.Play(steps);
            simulation.CheckObservers();
            simulation.CheckPeople();
            simulation.CheckHub();
            return null;
        }
        catch (Exception violation) when (violation is not OutOfMemoryException)
        {
            return violation is SimulationException ? violation.Message : violation.ToString();
        }
    }

    private void Play(int steps)
    {
        var owner = _people[0];
        while (!owner.Act(draft => MakeSpace(draft)))
        {
        }

        _channels.Add(RoomNames.ThreadOf(_space));
        for (var step = 0; step < steps; step++)
        {
            var actor = _people[_random.Next(_people.Count)];
            actor.NowMs += _random.Next(1, 5_000);
            Step(actor, _people[_random.Next(_people.Count)], step);
            Gather(actor);
        }
    }

    private void Gather(SimReplica replica)
    {
        foreach (var (change, home, _) in replica.Store.Log)
        {
            _all.TryAdd(change.Hash, (change, home));
        }
    }

    private bool MakeSpace(SimDraft draft)
    {
        var root = MembershipDrafts.Space(draft.Replica.Me, draft.Replica.Bytes(DomainRoot.NonceBytes));
        _space = root.Domain;
        var name = JsonValue.Of(_space.Value);
        return draft.Write(root)
            && draft.Write(_space, Schemas.Space, JsonValue.Object(("name", JsonValue.Of("Space"))), RoomNames.Space(_space.Value)) is not null
            && draft.Write(
                RoomNames.ThreadOf(_space), Schemas.Channel,
                JsonValue.Object(("kind", JsonValue.Of("channel")), ("target", name), ("space", name)), RoomNames.Space(_space.Value)) is not null;
    }

    private void Step(SimReplica actor, SimReplica other, int step)
    {
        var channel = _channels[_random.Next(_channels.Count)];
        var domain = AccessDomains.KindOf(channel) is null || _random.Next(2) == 0 ? _space : channel;
        switch (_random.Next(20))
        {
            case 0:
                actor.Act(draft => Drafts(draft, domain) is { } drafts && draft.Write(drafts.Revoke(other.Me)));
                break;
            case 1 or 2:
                actor.Act(draft => Drafts(draft, domain) is { } drafts
                    && draft.Write(drafts.Grant(other.Me, _random.Next(3) == 0 ? AccessRole.Admin : AccessRole.Member)));
                break;
            case 3:
                actor.Act(draft => Drafts(draft, domain) is { } drafts
                    && draft.Write(drafts.SetPolicy(new() { Post = _random.Next(2) == 0 ? AccessRole.Admin : AccessRole.Member })));
                break;
            case 4 when _channels.Count < 5:
                actor.Act(draft => MakeChannel(draft, other));
                break;
            case 5 when _random.Next(3) == 0:
                actor.Act(draft => Drafts(draft, domain) is { } drafts && draft.Write(drafts.Leave()));
                break;
            case 6:
                Invite(actor, domain);
                break;
            case 7 when _invites.Count > 0:
                Admit(actor, _invites[_random.Next(_invites.Count)]);
                break;
            case 8:
                actor.Act(draft => Drafts(draft, channel) is { } drafts && drafts.DueExpulsions() is [var due, ..] && draft.Write(due));
                break;
            case 9 when _nodes.Count > 0:
                StartThread(actor, _nodes[_random.Next(_nodes.Count)]);
                break;
            case 10 or 11 when _nodes.Count > 0:
                Rewrite(actor, _nodes[_random.Next(_nodes.Count)], step);
                break;
            case 12:
                Forge(actor, channel, step);
                break;
            case 13 or 14 or 15:
                actor.Act(draft => Message(draft, channel, step));
                break;
            default:
                Meet(actor, other);
                break;
        }
    }

    private static MembershipDrafts? Drafts(SimDraft draft, NodeId domain) => draft.Log(domain) is { } log ? new(log, draft.Replica.Me) : null;

    private bool Message(SimDraft draft, NodeId channel, int step)
    {
        var id = draft.Write(
            null, Schemas.ChatMessage, JsonValue.Object(("channel", JsonValue.Of(channel.Value)), ("content", JsonValue.Of($"step {step}"))), RoomNames.OfMessages(channel));
        if (id is { } made)
        {
            _nodes.Add((made, channel, Schemas.ChatMessage, draft.Replica.Me));
        }

        return id is not null;
    }

    private bool MakeChannel(SimDraft draft, SimReplica other)
    {
        if (draft.Log(_space) is not { } space || _random.Next(4) == 0)
        {
            return Direct(draft, other);
        }

        var root = MembershipDrafts.Channel(space, draft.Replica.Me, draft.Replica.Bytes(DomainRoot.NonceBytes));
        if (!draft.Write(root) || draft.Log(root.Domain) is not { } log)
        {
            return false;
        }

        if (other != draft.Replica && space.Now.RoleOf(other.Me) is not null)
        {
            draft.Write(new MembershipDrafts(log, draft.Replica.Me).Grant(other.Me, AccessRole.Admin));
        }

        _channels.Add(root.Domain);
        return true;
    }

    private bool Direct(SimDraft draft, SimReplica other)
    {
        if (other == draft.Replica)
        {
            return false;
        }

        List<PersonId> people = [.. new[] { draft.Replica.Me, other.Me }.Order()];
        var id = RoomNames.DirectMessage(people);
        var made = (_random.Next(2) == 0 || draft.Write(MembershipDrafts.DirectMessage(people, draft.Replica.Me, draft.Replica.Bytes(DomainRoot.NonceBytes), draft.Log(id))))
            && draft.Write(
                id, Schemas.Channel,
                JsonValue.Object(("kind", JsonValue.Of("dm")), ("members", JsonValue.Array([.. people.Select(p => JsonValue.Of(p.Value))]))),
                RoomNames.Channel(id)) is not null;
        if (made && !_channels.Contains(id))
        {
            _channels.Add(id);
        }

        return made;
    }

    private void Invite(SimReplica actor, NodeId domain)
    {
        var secret = actor.Bytes(32);
        ChangeHash? invite = null;
        var done = actor.Act(draft =>
        {
            if (Drafts(draft, domain) is not { } drafts || !draft.Write(drafts.Invite(secret, actor.NowMs + 600_000, 2)))
            {
                return false;
            }

            invite = draft.Log(domain)!.Operations.OfType<InviteOp>().Last(op => op.PublicKey.Span.SequenceEqual(secret)).Hash;
            return true;
        });
        if (done)
        {
            _invites.Add((domain, invite!.Value, secret));
        }
    }

    private static void Admit(SimReplica actor, (NodeId Domain, ChangeHash Invite, byte[] Secret) link)
    {
        var proof = SimKeys.Sign(link.Secret, InviteProof.BytesToSign(link.Domain, link.Invite, actor.Me));
        actor.Act(draft => draft.Log(link.Domain) is { } log && log.VerdictOf(link.Invite) is { Status: OpStatus.Valid }
            && draft.Write(new MembershipDrafts(log, actor.Me).Admit(link.Invite, proof, actor.NowMs)));
    }

    // Mostly where its target lives; now and then somebody says that it belongs to the space.
    private void StartThread(SimReplica actor, (NodeId Node, NodeId Channel, string Schema, PersonId Author) target)
    {
        var thread = RoomNames.ThreadOf(target.Node);
        var isOfSpace = target.Channel == RoomNames.ThreadOf(_space) || _random.Next(4) == 0;
        actor.Act(draft => draft.Write(
            thread, Schemas.Channel,
            JsonValue.Object(
                ("kind", JsonValue.Of("channel")), ("target", JsonValue.Of(target.Node.Value)), ("space", isOfSpace ? JsonValue.Of(_space.Value) : null)),
            isOfSpace ? RoomNames.Space(_space.Value) : RoomNames.Channel(thread)) is not null);
        if (!_channels.Contains(thread))
        {
            _channels.Add(thread);
        }
    }

    private void Rewrite(SimReplica actor, (NodeId Node, NodeId Channel, string Schema, PersonId Author) node, int step) => actor.Act(draft =>
    {
        var properties = _random.Next(3) switch
        {
            0 => JsonValue.Object(("content", JsonValue.Of("")), ("redacted", JsonValue.True), ("channel", JsonValue.Of(node.Channel.Value))),
            1 => JsonValue.Object(("content", JsonValue.Of($"edited {step}")), ("channel", JsonValue.Of(node.Channel.Value))),
            _ => JsonValue.Object(("emoji", JsonValue.Of("+")), ("target", JsonValue.Of(node.Node.Value)), ("channel", JsonValue.Of(node.Channel.Value))),
        };
        return properties["emoji"] is null
            ? draft.Write(node.Node, Schemas.ChatMessage, properties, RoomNames.OfMessages(node.Channel), parent: "cid:blake3:" + new string('0', 64)) is not null
            : draft.Write(null, Schemas.Reaction, properties, RoomNames.OfMessages(node.Channel)) is not null;
    });

    // Somebody writes past their own ledger: back-dated, with old or no knowledge, into whatever channel.
    private void Forge(SimReplica actor, NodeId channel, int step)
    {
        var log = actor.Log(AccessDomains.KindOf(channel) is null ? _space : channel);
        var properties = JsonValue.Object(("channel", JsonValue.Of(channel.Value)), ("content", JsonValue.Of($"forged {step}")));
        var operations = log?.Operations.Select(op => op.Hash).ToList() ?? [];
        if (operations.Count > 0 && _random.Next(3) > 0)
        {
            properties = properties.With(Change.SeenProperty, SeenOperations.ToJson([operations[_random.Next(operations.Count)]]));
        }

        var id = actor.NewId();
        var isEdit = _nodes.Count > 0 && _random.Next(3) == 0;
        var node = isEdit ? _nodes[_random.Next(_nodes.Count)].Node : NodeProof.IdFor(actor.Me, id);
        var change = actor.Sign(new(
            id, new(node, Schemas.ChatMessage, properties, null), isEdit ? "cid:blake3:" + new string('0', 64) : null, actor.Me, actor.NowMs, _random.Next(1, 40)));
        _all.TryAdd(change.Hash, (change, RoomNames.OfMessages(channel)));
    }

    private void Meet(SimReplica one, SimReplica other)
    {
        Hand(one, other);
        Hand(other, one);
    }

    private void Hand(SimReplica from, SimReplica to) => Deliver(to, [.. from.Store.Log.Select(entry => (entry.Change, entry.Home)).Where(_ => _random.Next(8) > 0)]);

    private void Deliver(SimReplica to, List<(Change Change, RoomId Home)> changes)
    {
        if (_random.Next(2) == 0)
        {
            changes = [.. changes.OrderBy(_ => _random.Next())];
        }

        changes.AddRange(changes.Where(_ => _random.Next(6) == 0).ToList());
        for (var done = 0; done < changes.Count;)
        {
            var count = Math.Min(changes.Count - done, _random.Next(1, 12));
            to.Receive(changes.GetRange(done, count));
            done += count;
        }
    }

    // Whoever was in nothing and is given everything sees the same, in whatever order it comes.
    private void CheckObservers()
    {
        List<(Change Change, RoomId Home)> all = [.. _all.Values];
        var expected = default(string);
        for (var i = 0; i < 4; i++)
        {
            var observer = new SimReplica(100 + i, _random, _mutant) { NowMs = 1_100_000_000_000 };
            if (i == 0)
            {
                observer.Receive([.. all.OrderBy(one => one.Change.Lamport)]);
            }
            else
            {
                observer.Faults = () => _random.Next(10) switch { 0 => CommitFault.Failed, 1 => CommitFault.AnswerLost, _ => CommitFault.None };
                Deliver(observer, [.. all.OrderBy(_ => _random.Next())]);
            }

            var seen = Image(observer);
            expected ??= seen;
            if (seen != expected)
            {
                throw new SimulationException($"observer {i} differs:\n{Difference(expected, seen)}");
            }
        }
    }

    // The people themselves, once they have everything, agree about who is in, and about each other's nodes.
    private void CheckPeople()
    {
        List<(Change Change, RoomId Home)> all = [.. _all.Values];
        var expected = default(string);
        foreach (var person in _people)
        {
            person.NowMs = 1_100_000_000_000;
            Deliver(person, all);
            person.Settle();
            var seen = string.Join('\n', MembersOf(person.Store));
            expected ??= seen;
            if (seen != expected)
            {
                throw new SimulationException($"members differ:\n{Difference(expected, seen)}");
            }
        }
    }

    // A hub that everybody brings what they hold has the same members, and every node that a member of its room brought and replicas show.
    private void CheckHub()
    {
        var hub = new SimHub(_random, _mutant);
        for (var filed = 1; filed > 0;)
        {
            filed = _people.OrderBy(_ => _random.Next()).ToList().Sum(person => hub.Receive(
                person.Me, [.. person.Store.Log.Select(entry => (entry.Change, entry.Home)).OrderBy(_ => _random.Next())]));
        }

        var replica = _people[0];
        if (replica.Store.Log.Any(entry => MembershipOpReader.IsCarrier(entry.Change) && !hub.Store.Has(entry.Change.Hash)))
        {
            // An invite that is used up lets nobody in late; what hangs on it is another workspace's.
            return;
        }

        var (here, there) = (string.Join('\n', MembersOf(replica.Store)), string.Join('\n', MembersOf(hub.Store)));
        if (here != there)
        {
            throw new SimulationException($"the hub has other members:\n{Difference(here, there)}");
        }

        foreach (var node in replica.Store.Nodes.Where(node => !node.IsHidden && replica.Rule(node.Home) is { Rule: RoomRule.Log, Log: { } log }
            && _people.Exists(person => log.Now.AccessOf(person.Me) is not null && person.Store.Has(node.Root.Hash))))
        {
            // A thread that says to belong elsewhere than its target is none to a hub.
            var isOfThread = RoomNames.IsThread(node.Id.Value) || RoomNames.IsThread(node.State!["channel"]?.Text ?? "");
            if (node.Root.Author != replica.Me && !isOfThread && !hub.Store.Has(node.Root.Hash))
            {
                throw new SimulationException($"the hub lacks {node.Id} of {node.Home}");
            }
        }
    }

    private static string Image(SimReplica replica) => string.Join('\n', MembersOf(replica.Store).Concat(NodesOf(replica)));

    private static IEnumerable<string> MembersOf(MemoryLedgerStore store) => store.Members
        .Select(member => $"{member.Key.Domain} {member.Key.Person} {member.Value.Role} {member.Value.EndedBy}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> NodesOf(SimReplica replica) => replica.Store.Nodes.Where(node => !node.IsHidden)
        .Select(node => $"{node.Id} {node.Home} {node.Root.Hash} {CanonicalJson.ToText(node.State!.ToJson())} {node.State.Deleted}").Order(StringComparer.Ordinal);

    private static string Difference(string one, string other)
    {
        var (a, b) = (one.Split('\n'), other.Split('\n'));
        return string.Join('\n', a.Except(b).Select(line => "- " + line).Concat(b.Except(a).Select(line => "+ " + line)).Take(20));
    }
}

/// <summary>An oracle of the simulation is violated.</summary>
internal sealed class SimulationException(string message) : Exception(message);
