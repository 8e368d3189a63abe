using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Cli.Vectors;

/// <summary>
/// A vector's operations as real signed changes: written field by field here, not by the product's own writer,
/// hashed, signed, put on the wire and verified off it again.
/// </summary>
internal sealed class AccessVectorHistory
{
    private readonly AccessVector _vector;
    private readonly AccessVectorKeys _keys;
    private readonly bool _isSigned;
    private readonly Dictionary<string, SodiumSigner> _signers;
    private readonly Dictionary<PersonId, string> _people;
    private readonly Dictionary<string, AccessVectorOp> _ops;
    private readonly Dictionary<string, Change> _changes = new(StringComparer.Ordinal);
    private readonly Dictionary<ChangeHash, string> _labels = [];

    private AccessVectorHistory(AccessVector vector, AccessVectorKeys keys, bool isSigned)
    {
        _vector = vector;
        _keys = keys;
        _isSigned = isSigned;
        _ops = vector.Ops.ToDictionary(op => op.Id, StringComparer.Ordinal);
        _signers = vector.People.ToDictionary(p => p.Key, p => keys.Of(p.Value), StringComparer.Ordinal);
        _people = _signers.ToDictionary(signer => signer.Value.Person, signer => signer.Key);
        SpaceId = DomainRoot.Space(_signers[vector.SpaceCreator ?? vector.Creator ?? vector.DirectMessagePeople[0]].Person, Nonce(1));
        DomainId = vector.Kind switch
        {
            "space" => SpaceId,
            "channel" => DomainRoot.Channel(_signers[vector.Creator!].Person, Nonce(2), SpaceId),
            "dm" => RoomNames.DirectMessage(vector.DirectMessagePeople.Select(PersonOf)),
            var other => throw new FormatException($"No domain kind '{other}'."),
        };
    }

    /// <summary>The domain judged.</summary>
    public NodeId DomainId { get; }

    /// <summary>The space: the domain judged, or the one around the channel judged.</summary>
    public NodeId SpaceId { get; }

    /// <summary>Builds all changes of a vector.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="keys">Where its keys are made.</param>
    /// <param name="isSigned">False leaves out signatures and the way over the wire; admission proofs are signed all the same.</param>
    /// <param name="cancellationToken">Stops between changes.</param>
    public static async Task<AccessVectorHistory> BuildAsync(
        AccessVector vector, AccessVectorKeys keys, bool isSigned, CancellationToken cancellationToken)
    {
        var history = new AccessVectorHistory(vector, keys, isSigned);
        foreach (var op in vector.Ops)
        {
            await history.BuildAsync(op, [], cancellationToken).ConfigureAwait(false);
        }

        return history;
    }

    public Change ChangeOf(string op) => _changes[op];

    public PersonId PersonOf(string label) => _signers[label].Person;

    public string LabelOf(PersonId person) => _people[person];

    public string LabelOf(ChangeHash hash) => _labels[hash];

    /// <summary>The hash of an operation; of one that never arrives any 32 bytes.</summary>
    public ChangeHash HashOf(string op) => _changes.TryGetValue(op, out var change) ? change.Hash : new(SHA256.HashData(Encoding.UTF8.GetBytes(op)));

    // What an operation names must have its hash first; one that names itself over others names what never arrives.
    private async Task BuildAsync(AccessVectorOp op, HashSet<string> above, CancellationToken cancellationToken)
    {
        if (_changes.ContainsKey(op.Id) || !above.Add(op.Id))
        {
            return;
        }

        foreach (var reference in op.References)
        {
            if (_ops.TryGetValue(reference, out var named))
            {
                await BuildAsync(named, above, cancellationToken).ConfigureAwait(false);
            }
        }

        above.Remove(op.Id);
        var domain = DomainOf(op);
        var sc = await OperationAsync(op, domain, cancellationToken).ConfigureAwait(false);
        var author = _signers[op.Author];
        var properties = JsonValue.Object(("channel", JsonValue.Of(domain.Value)), ("content", JsonValue.Of("[membership]")), ("sc", sc));
        var payload = new ChangePayload(NodeProof.IdFor(author.Person, op.Id), Schemas.ChatMessage, properties, null);
        var draft = new ChangeDraft(new(op.Id, payload, null, author.Person, op.WallTime, op.Lamport));
        var change = _isSigned ? await SignAsync(draft, author, domain, cancellationToken).ConfigureAwait(false) : draft.Complete(new byte[64]);
        _changes.Add(op.Id, change);
        _labels.Add(change.Hash, op.Id);
    }

    private static async Task<Change> SignAsync(ChangeDraft draft, SodiumSigner author, NodeId domain, CancellationToken cancellationToken)
    {
        var signatures = await author.SignAsync(new[] { draft.BytesToSign }, cancellationToken).ConfigureAwait(false);
        JsonReader.TryRead(ChangeWire.ToBytes(draft.Complete(signatures[0]), RoomNames.Channel(domain)), out var value);
        var plan = ChangeVerification.Plan(value, out _, out var why) ?? throw new InvalidOperationException(why);
        return ChangeVerification.Apply(plan, SodiumSignatures.Verify(plan.Check)) ?? throw new InvalidOperationException("The signature does not hold.");
    }

    private NodeId DomainOf(AccessVectorOp op) =>
        op.Domain == _vector.Kind ? DomainId
        : op.Domain == "space" && _vector.Kind == "channel" ? SpaceId
        : DomainRoot.Space(_signers[op.Author].Person, Nonce(0xff));

    private async Task<JsonValue> OperationAsync(AccessVectorOp op, NodeId domain, CancellationToken cancellationToken)
    {
        var depends = op.Depends.Select(dependency => Field(HashOf(dependency))).Order(StringComparer.Ordinal);
        var isCreate = op.Kind == "create";
        var proof = op.Kind == "admit" ? await ProofAsync(op, domain, cancellationToken).ConfigureAwait(false) : null;
        return JsonValue.Object(
            ("v", JsonValue.Of(1)),
            ("t", JsonValue.Of(op.Kind == "revoke-invite" ? "revoke" : op.Kind)),
            ("dom", JsonValue.Of(domain.Value)),
            ("d", isCreate && op.Depends.Count == 0 ? null : JsonValue.Array([.. depends.Select(JsonValue.Of)])),
            ("a", op.Authority is { } authority ? JsonValue.Of(Field(HashOf(authority))) : null),
            ("s", op.Subject is { } subject ? JsonValue.Of(PersonOf(subject).Value) : null),
            ("role", op.Role is not (null or "none") ? JsonValue.Of(op.Role) : null),
            ("inv", op.Invite is { } invite ? JsonValue.Of(Field(HashOf(invite))) : null),
            ("proof", proof is not null ? JsonValue.Of(Base64Url.EncodeToString(proof)) : null),
            ("pk", op.KeySeed is { } seed ? JsonValue.Of(Base64Url.EncodeToString(_keys.Of(seed).Person.PublicKey())) : null),
            ("exp", op.Kind == "invite" ? JsonValue.Of(op.ExpiresAt) : null),
            ("uses", op.Kind == "invite" ? JsonValue.Of(op.Uses) : null),
            ("set", op.Policy),
            ("sp", op.Citation is { } citation ? JsonValue.Of(Field(HashOf(citation))) : null),
            ("kind", isCreate ? JsonValue.Of(op.Domain) : null),
            ("by", isCreate ? JsonValue.Of(MakerOf(op).Value) : null),
            ("n", isCreate ? JsonValue.Of(Base64Url.EncodeToString(Nonce(op.Domain == "channel" ? (byte)2 : (byte)1))) : null),
            ("space", isCreate && op.Domain == "channel" ? JsonValue.Of(SpaceId.Value) : null),
            ("owners", op.Owners is { } owners ? JsonValue.Array([.. owners.Select(o => PersonOf(o).Value).Order(StringComparer.Ordinal).Select(JsonValue.Of)]) : null));
    }

    // A forged root says what the genuine one says: all it lacks is the maker's signature.
    private PersonId MakerOf(AccessVectorOp create) => create.Domain switch
    {
        "channel" => PersonOf(_vector.Creator!),
        "space" => PersonOf(_vector.SpaceCreator ?? _vector.Creator!),
        _ => PersonOf(create.Author),
    };

    private async Task<byte[]> ProofAsync(AccessVectorOp admit, NodeId domain, CancellationToken cancellationToken)
    {
        if (admit.Proof == "missing")
        {
            return new byte[InviteProof.Length];
        }

        var seed = _ops.GetValueOrDefault(admit.Invite!)?.KeySeed;
        var key = _keys.Of(admit.Proof == "wrong-key" || seed is null ? new string('7', 64) : seed);
        var joiner = admit.Proof == "wrong-subject" ? _signers.Keys.First(label => label != admit.Subject) : admit.Subject!;
        var message = InviteProof.BytesToSign(domain, HashOf(admit.Invite!), PersonOf(joiner));
        return (await key.SignAsync(new ReadOnlyMemory<byte>[] { message }, cancellationToken).ConfigureAwait(false))[0];
    }

    private static string Field(ChangeHash hash) => Base64Url.EncodeToString(hash.ToBytes());

    private static byte[] Nonce(byte value) => [.. Enumerable.Repeat(value, DomainRoot.NonceBytes)];
}
