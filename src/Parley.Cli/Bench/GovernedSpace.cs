using System.Buffers.Text;
using System.Security.Cryptography;
using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Cli.Bench;

/// <summary>A signed change and its home room.</summary>
internal readonly record struct RoomChange(RoomId Room, byte[] Wire);

/// <summary>
/// A space with a log of memberships, as its clients would write it: each change names what came before, so that a hub decides every one
/// of them at once. Nothing is read back.
/// </summary>
/// <param name="owner">Who makes it and ends memberships.</param>
internal sealed class GovernedSpace(BenchPerson owner) : IDisposable
{
    private static readonly TimeSpan InviteLifetime = TimeSpan.FromHours(12);

    private readonly long _wallTime = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly List<(Invite Link, BenchPerson Key, ChangeHash Op)> _invites = [];
    private readonly Line _space = new();
    private readonly Line _private = new();
    private long _lamport;
    private int _messages;

    /// <summary>Whose space it is.</summary>
    public BenchPerson Owner => owner;

    /// <summary>The space.</summary>
    public NodeId Id => _space.Domain;

    /// <summary>The home of its log and of its nodes.</summary>
    public RoomId Room => RoomNames.Space(Id.Value);

    /// <summary>A channel of the whole space.</summary>
    public NodeId OpenChannel { get; private set; }

    /// <summary>A channel with a log of its own.</summary>
    public NodeId PrivateChannel => _private.Domain;

    /// <summary>Everything written that was not taken yet.</summary>
    public List<RoomChange> Written { get; private set; } = [];

    /// <summary>The link of one of its invites.</summary>
    public Invite Link => _invites[0].Link;

    /// <summary>What was written since the last call.</summary>
    public List<RoomChange> Take()
    {
        var written = Written;
        Written = [];
        return written;
    }

    /// <summary>The space's root, and the node that carries its name.</summary>
    public async Task BeginAsync()
    {
        var nonce = RandomNumberGenerator.GetBytes(DomainRoot.NonceBytes);
        _space.Domain = DomainRoot.Space(owner.Id, nonce);
        await WriteAsync(_space, owner, header => new CreateOp(header, AccessDomainKind.Space, owner.Id, nonce, null, []));
        _space.Root = _space.Head;
        await WriteNodeAsync(owner, Id, Room, Schemas.Space, _space, ("name", JsonValue.Of("Measurements")), ("kind", JsonValue.Of("workspace")));
    }

    /// <summary>Opens an invite for as many as may be.</summary>
    public async Task InviteAsync()
    {
        var seed = RandomNumberGenerator.GetBytes(Invite.SecretBytes);
        var key = new BenchPerson(seed);
        var ends = _wallTime + (long)InviteLifetime.TotalMilliseconds;
        await WriteAsync(_space, owner, header => new InviteOp(header, _space.Root!.Value, key.Id.PublicKey(), ends, InviteOp.UsesMax));
        _invites.Add((new(Id, seed), key, _space.Head!.Value));
    }

    /// <summary>Somebody comes in, by one invite after the other.</summary>
    public async Task AdmitAsync(BenchPerson joiner)
    {
        var (_, key, invite) = _invites[_space.Count % _invites.Count];
        var proof = await key.SignAsync(InviteProof.BytesToSign(Id, invite, joiner.Id));
        await WriteAsync(_space, joiner, header => new AdmitOp(header with { WallTime = _wallTime }, invite, joiner.Id, proof, default));
    }

    /// <summary>The owner removes somebody.</summary>
    public Task RemoveAsync(PersonId person) => WriteAsync(_space, owner, header => new RevokeOp(header, _space.Root!.Value, person));

    /// <summary>The owner makes an open channel.</summary>
    public async Task MakeOpenChannelAsync()
    {
        var nonce = RandomNumberGenerator.GetBytes(DomainRoot.NonceBytes);
        OpenChannel = RoomNames.OpenChannel(owner.Id, nonce, Id.Value);
        await WriteNodeAsync(owner, OpenChannel, Room, Schemas.Channel, _space,
            ("name", JsonValue.Of("open")), ("kind", JsonValue.Of("channel")), ("space", JsonValue.Of(Id.Value)),
            ("parley:access", RoomNames.OpenChannelProof(owner.Id, nonce, Id.Value)));
    }

    /// <summary>The owner makes a private channel and seats these people in it, who are in the space.</summary>
    public async Task MakePrivateChannelAsync(IEnumerable<BenchPerson> people)
    {
        var nonce = RandomNumberGenerator.GetBytes(DomainRoot.NonceBytes);
        _private.Domain = DomainRoot.Channel(owner.Id, nonce, Id);
        _private.Head = _space.Head;
        await WriteAsync(_private, owner, header => new CreateOp(header, AccessDomainKind.Channel, owner.Id, nonce, Id, []));
        _private.Root = _private.Head;
        foreach (var person in people)
        {
            await WriteAsync(_private, owner, header => new GrantOp(header, _private.Root!.Value, person.Id, AccessRole.Member));
        }

        await WriteNodeAsync(owner, PrivateChannel, RoomNames.Channel(PrivateChannel), Schemas.Channel, _private,
            ("name", JsonValue.Of("private")), ("kind", JsonValue.Of("channel")), ("space", JsonValue.Of(Id.Value)), ("visibility", JsonValue.Of("private")));
    }

    /// <summary>A message of the open channel.</summary>
    public Task SayOpenlyAsync(BenchPerson author) => SayAsync(author, OpenChannel, _space);

    /// <summary>A message of the private channel.</summary>
    public Task SayPrivatelyAsync(BenchPerson author) => SayAsync(author, PrivateChannel, _private);

    public void Dispose() => _invites.ForEach(static invite => invite.Key.Dispose());

    private Task<ChangeHash> SayAsync(BenchPerson author, NodeId channel, Line log) =>
        WriteNodeAsync(author, null, RoomNames.Channel(channel), Schemas.ChatMessage, log, [.. SignedChanges.Message(channel, ++_messages).Members.Select(m => (m.Key, (JsonValue?)m.Value))]);

    private async Task WriteAsync(Line log, BenchPerson author, Func<OpHeader, MembershipOp> make)
    {
        var op = make(new(default, author.Id, 0, 0, log.Domain, log.Head is { } head ? [head] : []));
        var room = RoomNames.OfMessages(log.Domain);
        log.Head = await WriteAsync(author, null, room, Schemas.ChatMessage, MembershipOpWriter.Carrier(log.Domain, MembershipOpWriter.ToJson(op)));
        log.Count++;
    }

    private Task<ChangeHash> WriteNodeAsync(
        BenchPerson author, NodeId? node, RoomId room, string schema, Line log, params IReadOnlyList<(string Name, JsonValue? Value)> properties) =>
        WriteAsync(author, node, room, schema, JsonValue.Object([.. properties, (Change.SeenProperty, SeenOperations.ToJson([log.Head!.Value]))]));

    private async Task<ChangeHash> WriteAsync(BenchPerson author, NodeId? node, RoomId room, string schema, JsonValue properties)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var payload = new ChangePayload(node ?? NodeProof.IdFor(author.Id, id), schema, properties, null);
        var change = await author.SignAsync(new ChangeFields(id, payload, null, author.Id, _wallTime, ++_lamport));
        Written.Add(new(room, ChangeWire.ToBytes(change, room)));
        return change.Hash;
    }

    /// <summary>A log in which every operation names the one before.</summary>
    private sealed class Line
    {
        public NodeId Domain { get; set; }

        public ChangeHash? Root { get; set; }

        public ChangeHash? Head { get; set; }

        public int Count { get; set; }
    }
}
