using Parley.Access;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;
using Parley.Testing;

namespace Parley.Scenarios.Hub;

/// <summary>Ann's space with an open channel, and the operations that people write about it: what honest clients would send, and what others would.</summary>
internal sealed class AccessStory : IDisposable
{
    private readonly SodiumSigner _inviteKey = new([.. Enumerable.Repeat((byte)7, 32)]);
    private long _lamport;
    private int _count;

    public AccessStory(long wallTime = 1_700_000_000_000)
    {
        (Ann, Bob, Cat, Eve) = (new(1, wallTime), new(2, wallTime), new(3, wallTime), new(9, wallTime));
        Root = Write(Ann, MembershipDrafts.Space(Ann.Person, Nonce(1)));
        Space = MembershipLog.OfSpace(DomainOf(Root));
        Take(Space, Root);
        Plaza = RoomNames.OpenChannel(Ann.Person, Nonce(2), Space.Domain.Value);
    }

    public Author Ann { get; }

    public Author Bob { get; }

    public Author Cat { get; }

    public Author Eve { get; }

    /// <summary>The space's log as an honest replica with everything has it.</summary>
    public MembershipLog Space { get; }

    public Change Root { get; }

    public string SpaceRoom => RoomNames.Space(Space.Domain.Value).Value;

    /// <summary>The open channel's id.</summary>
    public NodeId Plaza { get; }

    public string PlazaRoom => RoomNames.Channel(Plaza).Value;

    public static byte[] Nonce(byte value) => [.. Enumerable.Repeat(value, 16)];

    public static NodeId DomainOf(Change operation) => new(operation.Properties["channel"]!.Text!);

    /// <summary>The create of the open channel.</summary>
    public Change PlazaNode() => Ordinary(
        Ann, Plaza, Schemas.Channel, null, Space,
        ("kind", JsonValue.Of("channel")), ("name", JsonValue.Of("plaza")), ("space", JsonValue.Of(Space.Domain.Value)),
        ("parley:access", RoomNames.OpenChannelProof(Ann.Person, Nonce(2), Space.Domain.Value)));

    /// <summary>An operation as its author's client writes it, known to the log from now on.</summary>
    public Change Do(Author by, MembershipLog log, Func<MembershipDrafts, OpDraft> what)
    {
        var change = Write(by, what(new(log, by.Person)));
        Take(log, change);
        return change;
    }

    /// <summary>An operation that no client would write: in the fields of <c>sc</c>, whatever the author likes.</summary>
    public Change Forge(Author by, NodeId domain, JsonValue sc, long? lamport = null)
    {
        var id = by.NextId();
        var payload = new ChangePayload(NodeProof.IdFor(by.Person, id), Schemas.ChatMessage, MembershipOpWriter.Carrier(domain, sc), null);
        return by.Sign(new ChangeFields(id, payload, null, by.Person, by.WallTime, lamport ?? Tick()));
    }

    public Change Write(Author by, OpDraft draft)
    {
        _lamport = Math.Max(_lamport + 1, draft.LamportMin);
        return by.Sign(draft.ToChange(by.NextId(), by.WallTime, _lamport));
    }

    public static void Take(MembershipLog log, params Change[] operations)
    {
        var plan = log.Plan(operations);
        log.Apply(plan, [.. plan.Checks.ToArray().Select(static check => SodiumSignatures.Verify(check))]);
    }

    /// <summary>A message with what its author knows of the log.</summary>
    public Change Say(Author by, string text, MembershipLog? knows = null, NodeId? channel = null, long? lamport = null)
    {
        var id = by.NextId();
        return Ordinary(
            by, NodeProof.IdFor(by.Person, id), Schemas.ChatMessage, null, knows ?? Space, id, lamport,
            ("channel", JsonValue.Of((channel ?? Plaza).Value)), ("content", JsonValue.Of(text)));
    }

    /// <summary>A later change of a node.</summary>
    public Change Update(Author by, Change of, MembershipLog? knows, params (string Name, JsonValue Value)[] properties) =>
        Ordinary(by, of.Node, of.SchemaId!, of.Hash.ToString(), knows, properties);

    public Change Ordinary(
        Author by, NodeId node, string schema, string? parent, MembershipLog? knows, params (string Name, JsonValue Value)[] properties) =>
        Ordinary(by, node, schema, parent, knows, by.NextId(), null, properties);

    public Change Invite(MembershipLog log, long expiresAtMs, int uses) =>
        Do(Ann, log, drafts => drafts.Invite(_inviteKey.Person.PublicKey(), expiresAtMs, uses));

    /// <summary>An admission by the link, as its holder's client writes it.</summary>
    public Change Admit(Author joiner, MembershipLog log, Change invite) =>
        Write(joiner, new MembershipDrafts(log, joiner.Person).Admit(
            invite.Hash, Sign(InviteProof.BytesToSign(log.Domain, invite.Hash, joiner.Person)), joiner.WallTime));

    /// <summary>The claim by which the link's holder reads the log.</summary>
    public InviteReading Claim(MembershipLog log, Author reader) =>
        new(_inviteKey.Person.PublicKey(), Sign(InviteReading.BytesToSign(log.Domain, _inviteKey.Person.PublicKey(), reader.Person)));

    public byte[] Sign(ReadOnlyMemory<byte> message) => _inviteKey.SignAsync(new[] { message }).AsTask().GetAwaiter().GetResult()[0];

    /// <summary>A private channel of the space with its log.</summary>
    public MembershipLog Channel(Author by, out Change root)
    {
        root = Write(by, MembershipDrafts.Channel(Space, by.Person, Nonce((byte)(10 + _count++))));
        var log = MembershipLog.OfChannel(DomainOf(root), Space);
        Take(log, root);
        return log;
    }

    /// <summary>A direct message with its log.</summary>
    public MembershipLog DirectMessage(Author by, Author with, out Change root)
    {
        root = Write(by, MembershipDrafts.DirectMessage([by.Person, with.Person], by.Person, Nonce(3)));
        var log = MembershipLog.OfDirectMessage(DomainOf(root));
        Take(log, root);
        return log;
    }

    /// <summary>Sends changes one by one and expects each to be stored.</summary>
    public static async Task StoreAsync(HubClient client, params Change[] changes)
    {
        foreach (var change in changes)
        {
            await client.SendAsync(Author.Frame(change));
            var answer = await AnswerAsync(client, change.Hash);
            Assert.True(answer.Code == "" && answer.Seq > 0, $"{change.Hash}: {answer}");
        }
    }

    /// <summary>Sends changes as a client does, which keeps what it may not bring now: again and again while that helps.</summary>
    /// <returns>What is still kept.</returns>
    public static async Task<IReadOnlyList<Change>> OfferAsync(HubClient client, IReadOnlyList<Change> changes)
    {
        var kept = new List<Change>();
        foreach (var change in changes)
        {
            await client.SendAsync(Author.Frame(change));
            var answer = await AnswerAsync(client, change.Hash);
            Assert.True(answer is { Code: "", Why: "" } or { Code: "UNAUTHORIZED", Why: "not-a-member" }, $"{change.Hash}: {answer}");
            if (answer.Code != "")
            {
                kept.Add(change);
            }
        }

        return kept.Count is 0 || kept.Count == changes.Count ? kept : await OfferAsync(client, kept);
    }

    /// <summary>Sends a change and expects the refusal, by code and reason; and that the room holds what it held.</summary>
    public static async Task RefusedAsync(HubClient client, Change change, string code, string why, HubClient reader, string? room = null)
    {
        var home = room ?? HomeRoom.Of(change)!.Value.Value;
        var before = await PageAsync(reader, home);
        await client.SendAsync(Author.Frame(change, room));
        var answer = await AnswerAsync(client, change.Hash);
        Assert.Equal((code, why), (answer.Code, answer.Why));
        Assert.Equal(before, await PageAsync(reader, home));
    }

    /// <summary>The hub's word about one change: its place (0 where it waits), or the error.</summary>
    public static async Task<(string Code, string Why, long Seq)> AnswerAsync(HubClient client, ChangeHash hash)
    {
        while (await client.ReadAsync() is { } frame)
        {
            var type = frame["type"]!.Text;
            if (type == "node-error" && frame["hash"]?.Text == hash.ToString())
            {
                return (frame["code"]!.Text!, frame["error"]!.Text!, 0);
            }

            if (type == "node-ack" && frame["acks"]!.Items.FirstOrDefault(a => a["hash"]!.Text == hash.ToString()) is { } ack)
            {
                return ("", "", ack["seq"]!.Integer!.Value);
            }
        }

        throw new InvalidOperationException($"The hub closed: {client.Closed}.");
    }

    /// <summary>The hashes in a room as somebody reads it, or the code of the refusal.</summary>
    public static async Task<IReadOnlyList<string>> PageAsync(HubClient client, string room, InviteReading? claim = null)
    {
        await client.SendAsync(ClientFrames.SyncRequest(new(room), 0, 0, client.Handshake["epoch"]!.Text, invite: claim));
        while (await client.ReadAsync() is { } frame)
        {
            if (frame["type"]!.Text == "node-error" && frame["room"]?.Text == room)
            {
                return [frame["code"]!.Text!];
            }

            if (frame["type"]!.Text == "node-sync-response" && frame["room"]!.Text == room)
            {
                return [.. frame["changes"]!.Items.Select(static c => c["hash"]!.Text!)];
            }
        }

        throw new InvalidOperationException($"The hub closed: {client.Closed}.");
    }

    public void Dispose() => _inviteKey.Dispose();

    private long Tick() => ++_lamport;

    private Change Ordinary(
        Author by, NodeId node, string schema, string? parent, MembershipLog? knows, string id, long? lamport,
        params (string Name, JsonValue Value)[] properties)
    {
        (string, JsonValue)[] seen = knows is null ? [] : [(Change.SeenProperty, SeenOperations.ToJson(SeenOperations.For(knows, by.Person)))];
        return by.Sign(by.Fields(id, node, schema, parent, [.. properties, .. seen]) with { Lamport = lamport ?? Tick() });
    }
}
