using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>A change's place in a batch (docs/protocol.md, change record). Carried and hashed; nothing waits for a batch to be whole.</summary>
public readonly record struct BatchMark(string Id, int Index, int Size);

/// <summary>What a change does to its node.</summary>
/// <param name="Node">The node.</param>
/// <param name="SchemaId">The versioned schema IRI; present on creates and on every change that Parley writes.</param>
/// <param name="Properties">An object; sparse; null values clear.</param>
/// <param name="Deleted">True tombstones, false restores, null leaves as it is.</param>
public sealed record ChangePayload(NodeId Node, string? SchemaId, JsonValue Properties, bool? Deleted)
{
    /// <summary>Members that the author signed and this version does not know, as an object; null where there are none.</summary>
    /// <remarks>Kept so that the change can be hashed, stored and relayed without loss. Nothing reads them.</remarks>
    public JsonValue? Unknown { get; init; }
}

/// <summary>The unsigned fields of a change: what is canonicalised and hashed.</summary>
/// <param name="Id">Unique id of the change; with the author it may prove a node's creator (<see cref="NodeProof"/>).</param>
/// <param name="Payload">What it does.</param>
/// <param name="Parent">The last change of the node that its author had, or null. Informative.</param>
/// <param name="Author">Who signs.</param>
/// <param name="WallTime">The author's clock, ms since the Unix epoch.</param>
/// <param name="Lamport">The author's Lamport clock.</param>
/// <param name="Batch">Its batch, if any.</param>
/// <param name="ProtocolVersion">The change format, 4; 0 means absent.</param>
/// <param name="Type"><c>node-change</c>.</param>
public sealed record ChangeFields(
    string Id,
    ChangePayload Payload,
    string? Parent,
    PersonId Author,
    long WallTime,
    long Lamport,
    BatchMark? Batch = null,
    int ProtocolVersion = Change.ProtocolVersionCurrent,
    string Type = Change.NodeChangeType);

/// <summary>
/// A signed change: the fields, the canonical bytes that were hashed, the hash and the signature over the hash's text.
/// </summary>
/// <remarks>Immutable. <see cref="Canonical"/> is exactly what the author hashed; the wire form is rebuilt from it and loses nothing.</remarks>
public sealed class Change
{
    /// <summary>The change format that we write.</summary>
    public const int ProtocolVersionCurrent = 4;

    /// <summary>The only <see cref="ChangeFields.Type"/> that is applied.</summary>
    public const string NodeChangeType = "node-change";

    /// <summary>The property that names heads of a membership log (docs/access.md, decide): it belongs to the change and never to the node's state.</summary>
    public const string SeenProperty = "parley:seen";

    private CanonicalChange? _canonical;

    internal Change(ChangeFields fields, CanonicalChange? canonical, ChangeHash hash, ReadOnlyMemory<byte> signature)
    {
        Fields = fields;
        _canonical = canonical;
        Hash = hash;
        Signature = signature;
    }

    /// <summary>The unsigned fields.</summary>
    public ChangeFields Fields { get; }

    /// <summary>The canonical JSON (UTF-8) whose BLAKE3 is <see cref="Hash"/>.</summary>
    public ReadOnlyMemory<byte> Canonical => Form.Bytes;

    // A change from our own store has no need of its canonical form until it is sent on.
    internal CanonicalChange Form => _canonical ??= CanonicalChange.Of(Fields);

    /// <summary>The change's name.</summary>
    public ChangeHash Hash { get; }

    /// <summary>64 bytes, Ed25519 over the UTF-8 of the hash's wire spelling.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Shorthand for the payload's node.</summary>
    public NodeId Node => Fields.Payload.Node;

    /// <summary>Shorthand for the author.</summary>
    public PersonId Author => Fields.Author;

    /// <summary>Shorthand for the Lamport time.</summary>
    public long Lamport => Fields.Lamport;

    /// <summary>Shorthand for the author's clock, ms.</summary>
    public long WallTime => Fields.WallTime;

    /// <summary>Shorthand for the payload's properties.</summary>
    public JsonValue Properties => Fields.Payload.Properties;

    /// <summary>Shorthand for the payload's schema.</summary>
    public string? SchemaId => Fields.Payload.SchemaId;
}
