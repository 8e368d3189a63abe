using System.Text;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>The unsigned fields of a batch commit: one signature over the ordered hashes of many changes (docs/protocol.md, batch commits).</summary>
/// <param name="Id">Unique id of the commit.</param>
/// <param name="Author">Who signs; every member must be theirs.</param>
/// <param name="ChangeHashes">1 to <see cref="BatchCommit.ChangesMax"/> hashes, in order.</param>
/// <param name="Lamport">The author's Lamport clock.</param>
/// <param name="WallTime">The author's clock, ms since the Unix epoch.</param>
/// <param name="Room">The room it was made for, or null.</param>
/// <param name="ProtocolVersion">The change format; always hashed.</param>
public sealed record BatchCommitFields(
    string Id,
    PersonId Author,
    IReadOnlyList<ChangeHash> ChangeHashes,
    long Lamport,
    long WallTime,
    string? Room = null,
    int ProtocolVersion = Change.ProtocolVersionCurrent);

/// <summary>A change as somebody claims it to belong to a commit: its fields are hashed again, the claim is not believed.</summary>
public readonly record struct BatchMember(ChangeFields Fields, ChangeHash ClaimedHash);

/// <summary>What a commit says about the members that were offered with it.</summary>
/// <param name="CommitHolds">Root, hash and signature of the commit itself are right.</param>
/// <param name="Members">One answer per offered member, in order.</param>
public sealed record BatchVerdict(bool CommitHolds, IReadOnlyList<bool> Members)
{
    /// <summary>True when the commit and every member are good.</summary>
    public bool Holds => CommitHolds && Members.All(member => member);
}

/// <summary>A signed batch commit as received: nothing of it is believed before <see cref="Verify"/>.</summary>
/// <param name="Fields">The unsigned fields without the root.</param>
/// <param name="Root">The claimed root, <c>cid:blake3:</c> + 64 hex digits.</param>
/// <param name="Hash">The claimed hash.</param>
/// <param name="Signature">64 bytes over the UTF-8 of the hash's wire spelling.</param>
/// <remarks>Used where changes travel in bulk, outside the live socket.</remarks>
public sealed record BatchCommit(BatchCommitFields Fields, ChangeHash Root, ChangeHash Hash, ReadOnlyMemory<byte> Signature)
{
    /// <summary>The most changes under one commit.</summary>
    public const int ChangesMax = 1000;

    /// <summary>The <c>type</c> of a commit.</summary>
    public const string BatchCommitType = "batch-commit";

    /// <summary>The signature to check before <see cref="Verify"/>.</summary>
    public SignatureCheck Check => new(Fields.Author.PublicKey(), Encoding.ASCII.GetBytes(Hash.ToString()), Signature);

    /// <summary>BLAKE3 over the hashes' wire spellings joined by line feeds: order matters.</summary>
    public static ChangeHash RootOf(IEnumerable<ChangeHash> changeHashes) =>
        Blake3.Hash(Encoding.ASCII.GetBytes(string.Join('\n', changeHashes)));

    /// <summary>
    /// Verifies the commit and each member: a member is good when its recomputed hash is the claimed one, stands in the commit,
    /// the author is the commit's, and the commit itself holds.
    /// </summary>
    /// <param name="signatureHolds">The answer to <see cref="Check"/>.</param>
    /// <param name="members">What was offered, in any number and order.</param>
    public BatchVerdict Verify(bool signatureHolds, IReadOnlyList<BatchMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var holds = signatureHolds
            && Fields.ChangeHashes.Count is >= 1 and <= ChangesMax
            && Root == RootOf(Fields.ChangeHashes)
            && Hash == Blake3.Hash(BatchCommitDraft.Canonicalise(Fields, Root));
        var listed = Fields.ChangeHashes.ToHashSet();
        return new(holds, [.. members.Select(member => holds && IsGood(member, listed))]);
    }

    private bool IsGood(BatchMember member, HashSet<ChangeHash> listed) =>
        listed.Contains(member.ClaimedHash)
        && member.Fields.Author == Fields.Author
        && CanonicalChange.TryOf(member.Fields) is { } canonical
        && Blake3.Hash(canonical.Bytes) == member.ClaimedHash;
}

/// <summary>Writing a batch commit: draft, sign, complete.</summary>
public sealed class BatchCommitDraft
{
    private readonly BatchCommitFields _fields;
    private readonly ChangeHash _root;

    /// <summary>Canonicalises and hashes.</summary>
    public BatchCommitDraft(BatchCommitFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentOutOfRangeException.ThrowIfLessThan(fields.ChangeHashes.Count, 1, nameof(fields));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fields.ChangeHashes.Count, BatchCommit.ChangesMax, nameof(fields));
        _fields = fields;
        _root = BatchCommit.RootOf(fields.ChangeHashes);
        Canonical = Canonicalise(fields, _root);
        Hash = Blake3.Hash(Canonical.Span);
        BytesToSign = Encoding.ASCII.GetBytes(Hash.ToString());
    }

    /// <summary>The canonical JSON that was hashed.</summary>
    public ReadOnlyMemory<byte> Canonical { get; }

    /// <summary>The hash.</summary>
    public ChangeHash Hash { get; }

    /// <summary>The UTF-8 of the hash's wire spelling: what <see cref="ISigner"/> signs.</summary>
    public ReadOnlyMemory<byte> BytesToSign { get; }

    /// <summary>The signed commit.</summary>
    public BatchCommit Complete(ReadOnlyMemory<byte> signature) => new(_fields, _root, Hash, signature);

    internal static byte[] Canonicalise(BatchCommitFields fields, ChangeHash root) => CanonicalJson.ToBytes(JsonValue.Object(
        ("id", JsonValue.Of(fields.Id)),
        ("type", JsonValue.Of(BatchCommit.BatchCommitType)),
        ("protocolVersion", JsonValue.Of(fields.ProtocolVersion)),
        ("authorDID", JsonValue.Of(fields.Author.Value)),
        ("room", fields.Room is { } room ? JsonValue.Of(room) : null),
        ("changeHashes", JsonValue.Array([.. fields.ChangeHashes.Select(hash => JsonValue.Of(hash.ToString()))])),
        ("root", JsonValue.Of(root.ToString())),
        ("lamport", JsonValue.Of(fields.Lamport)),
        ("wallTime", JsonValue.Of(fields.WallTime))));
}
