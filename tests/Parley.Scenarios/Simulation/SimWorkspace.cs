using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>
/// A space, its channels, threads and conversations, and what people do in it: grant, remove, leave, invite, write, edit, redact, react, and
/// now and then forge.
/// </summary>
internal sealed class SimWorkspace
{
    private readonly List<(NodeId Node, NodeId Channel)> _nodes = [];

    /// <summary>The space.</summary>
    public NodeId Space { get; private set; }

    /// <summary>Its general thread, then channels, threads and conversations, as they are made.</summary>
    public List<NodeId> Channels { get; } = [];

    /// <summary>The rooms of all of them.</summary>
    public List<RoomId> Rooms { get; } = [];

    /// <summary>Invites that somebody may be given.</summary>
    public List<SimLink> Links { get; } = [];

    /// <summary>What was written past its author's own ledger.</summary>
    public List<(Change Change, RoomId Room)> Forged { get; } = [];

    /// <summary>Makes the space.</summary>
    public bool Make(SimReplica owner)
    {
        var made = owner.Act(draft =>
        {
            var root = MembershipDrafts.Space(owner.Me, owner.Bytes(DomainRoot.NonceBytes));
            Space = root.Domain;
            var name = JsonValue.Of(Space.Value);
            return draft.Write(root)
                && draft.Write(Space, Schemas.Space, JsonValue.Object(("name", JsonValue.Of("Space"))), RoomNames.Space(Space.Value)) is not null
                && draft.Write(
                    RoomNames.ThreadOf(Space), Schemas.Channel,
                    JsonValue.Object(("kind", JsonValue.Of("channel")), ("target", name), ("space", name)), RoomNames.Space(Space.Value)) is not null;
        });
        if (made)
        {
            Rooms.Add(RoomNames.Space(Space.Value));
            Add(RoomNames.ThreadOf(Space));
        }

        return made;
    }

    /// <summary>Somebody does something, perhaps to somebody.</summary>
    public void Step(SimReplica actor, SimReplica other, Random random, int step)
    {
        var channel = Channels[random.Next(Channels.Count)];
        var domain = AccessDomains.KindOf(channel) is null || random.Next(2) == 0 ? Space : channel;
        switch (random.Next(20))
        {
            case 0:
                actor.Act(draft => draft.Drafts(domain) is { } drafts && draft.Write(drafts.Revoke(other.Me)));
                break;
            case 1 or 2 or 3:
                var role = random.Next(3) == 0 ? AccessRole.Admin : AccessRole.Member;
                actor.Act(draft => draft.Drafts(domain) is { } drafts && draft.Write(drafts.Grant(other.Me, role)));
                break;
            case 4:
                var post = random.Next(2) == 0 ? AccessRole.Admin : AccessRole.Member;
                actor.Act(draft => draft.Drafts(domain) is { } drafts && draft.Write(drafts.SetPolicy(new() { Post = post })));
                break;
            case 5 when Channels.Count < 6:
                MakeChannel(actor, other, random);
                break;
            case 6 when random.Next(3) == 0:
                actor.Act(draft => draft.Drafts(domain) is { } drafts && draft.Write(drafts.Leave()));
                break;
            case 7:
                Invite(actor, domain);
                break;
            case 8 when Links.Count > 0:
                Join(actor, Links[random.Next(Links.Count)]);
                break;
            case 9:
                actor.Act(draft => draft.Drafts(channel) is { } drafts && drafts.DueExpulsions() is [var due, ..] && draft.Write(due));
                break;
            case 10 when _nodes.Count > 0:
                StartThread(actor, _nodes[random.Next(_nodes.Count)], isOfSpace: random.Next(4) == 0);
                break;
            case 11 or 12 when _nodes.Count > 0:
                Rewrite(actor, _nodes[random.Next(_nodes.Count)], random.Next(3), step);
                break;
            case 13:
                Forge(actor, channel, random, step);
                break;
            default:
                Say(actor, channel, step);
                break;
        }
    }

    /// <summary>Somebody writes past their own ledger: back-dated or far ahead, with old or no knowledge, into whatever channel.</summary>
    public (Change Change, RoomId Room) Forge(SimReplica actor, NodeId channel, Random random, int step)
    {
        var log = actor.Log(AccessDomains.KindOf(channel) is null ? Space : channel);
        var properties = JsonValue.Object(("channel", JsonValue.Of(channel.Value)), ("content", JsonValue.Of($"forged {step}")));
        var operations = log?.Operations.Select(op => op.Hash).ToList() ?? [];
        if (operations.Count > 0 && random.Next(3) > 0)
        {
            properties = properties.With(Change.SeenProperty, SeenOperations.ToJson([operations[random.Next(operations.Count)]]));
        }

        var id = actor.NewId();
        var isEdit = _nodes.Count > 0 && random.Next(3) == 0;
        var node = isEdit ? _nodes[random.Next(_nodes.Count)].Node : NodeProof.IdFor(actor.Me, random.Next(4) == 0 ? actor.NewId() : id);
        var lamport = random.Next(8) == 0 ? LamportWindow.Window * random.Next(1, 4) : random.Next(1, 60);
        var change = actor.Sign(new(id, new(node, Schemas.ChatMessage, properties, null), isEdit || random.Next(4) == 0 ? s_parent : null, actor.Me, actor.NowMs, lamport));
        Forged.Add((change, RoomNames.OfMessages(channel)));
        return Forged[^1];
    }

    private static readonly string s_parent = "cid:blake3:" + new string('0', 64);

    private void Add(NodeId channel)
    {
        if (!Channels.Contains(channel))
        {
            Channels.Add(channel);
            Rooms.Add(RoomNames.OfMessages(channel));
        }
    }

    private void Say(SimReplica actor, NodeId channel, int step)
    {
        NodeId? made = null;
        actor.Act(draft => (made = draft.Write(
            null, Schemas.ChatMessage, JsonValue.Object(("channel", JsonValue.Of(channel.Value)), ("content", JsonValue.Of($"step {step}"))),
            RoomNames.OfMessages(channel))) is not null);
        if (made is { } node)
        {
            _nodes.Add((node, channel));
        }
    }

    private void MakeChannel(SimReplica actor, SimReplica other, Random random)
    {
        var kind = random.Next(4);
        if (kind == 0)
        {
            Converse(actor, other, hasLog: random.Next(2) == 0);
            return;
        }

        NodeId? made = null;
        var done = actor.Act(draft =>
        {
            if (draft.Log(Space) is not { } space)
            {
                return false;
            }

            var root = MembershipDrafts.Channel(space, actor.Me, actor.Bytes(DomainRoot.NonceBytes));
            if (!draft.Write(root) || draft.Drafts(root.Domain) is not { } drafts)
            {
                return false;
            }

            made = root.Domain;
            return other.Me == actor.Me || space.Now.RoleOf(other.Me) is null || draft.Write(drafts.Grant(other.Me, AccessRole.Admin));
        });
        if (done && made is { } channel)
        {
            Add(channel);
        }
    }

    private void Converse(SimReplica actor, SimReplica other, bool hasLog)
    {
        if (other.Me == actor.Me)
        {
            return;
        }

        List<PersonId> people = [.. new[] { actor.Me, other.Me }.Order()];
        var id = RoomNames.DirectMessage(people);
        var made = actor.Act(draft =>
            (!hasLog || draft.Write(MembershipDrafts.DirectMessage(people, actor.Me, actor.Bytes(DomainRoot.NonceBytes), draft.Log(id))))
            && draft.Write(
                id, Schemas.Channel,
                JsonValue.Object(("kind", JsonValue.Of("dm")), ("members", JsonValue.Array([.. people.Select(person => JsonValue.Of(person.Value))]))),
                RoomNames.Channel(id)) is not null);
        if (made)
        {
            Add(id);
        }
    }

    private void Invite(SimReplica actor, NodeId domain)
    {
        var secret = actor.Bytes(32);
        ChangeHash? invite = null;
        var done = actor.Act(draft =>
        {
            if (draft.Drafts(domain) is not { } drafts || !draft.Write(drafts.Invite(secret, actor.NowMs + 600_000, 2)))
            {
                return false;
            }

            invite = draft.Log(domain)!.Operations.OfType<InviteOp>().Last(op => op.PublicKey.Span.SequenceEqual(secret)).Hash;
            return true;
        });
        if (done)
        {
            Links.Add(new(domain, invite!.Value, secret));
        }
    }

    private static void Join(SimReplica actor, SimLink link)
    {
        var proof = SimKeys.Sign(link.Secret, InviteProof.BytesToSign(link.Domain, link.Invite, actor.Me));
        actor.Act(draft => draft.Log(link.Domain) is { } log && log.VerdictOf(link.Invite) is { Status: OpStatus.Valid }
            && draft.Write(new MembershipDrafts(log, actor.Me).Admit(link.Invite, proof, actor.NowMs)));
    }

    // Mostly where its target lives; now and then somebody says that it belongs to the space.
    private void StartThread(SimReplica actor, (NodeId Node, NodeId Channel) target, bool isOfSpace)
    {
        var thread = RoomNames.ThreadOf(target.Node);
        isOfSpace |= target.Channel == RoomNames.ThreadOf(Space);
        var made = actor.Act(draft => draft.Write(
            thread, Schemas.Channel,
            JsonValue.Object(
                ("kind", JsonValue.Of("channel")), ("target", JsonValue.Of(target.Node.Value)), ("space", isOfSpace ? JsonValue.Of(Space.Value) : null)),
            isOfSpace ? RoomNames.Space(Space.Value) : RoomNames.Channel(thread)) is not null);
        if (made)
        {
            Add(thread);
        }
    }

    private static void Rewrite(SimReplica actor, (NodeId Node, NodeId Channel) node, int how, int step) => actor.Act(draft =>
    {
        var channel = ("channel", JsonValue.Of(node.Channel.Value));
        var room = RoomNames.OfMessages(node.Channel);
        return how switch
        {
            0 => draft.Write(node.Node, Schemas.ChatMessage, JsonValue.Object(("content", JsonValue.Of("")), ("redacted", JsonValue.True), channel), room, s_parent),
            1 => draft.Write(node.Node, Schemas.ChatMessage, JsonValue.Object(("content", JsonValue.Of($"edited {step}")), channel), room, s_parent),
            _ => draft.Write(null, Schemas.Reaction, JsonValue.Object(("emoji", JsonValue.Of("+")), ("target", JsonValue.Of(node.Node.Value)), channel), room),
        } is not null;
    });
}

/// <summary>An invite that somebody was given.</summary>
internal sealed record SimLink(NodeId Domain, ChangeHash Invite, byte[] Secret);
