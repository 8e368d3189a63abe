using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>Reads the fields of a wire change, refusing wrong types, missing fields and lengths out of bounds.</summary>
/// <remarks>
/// A field that is null counts as absent, <c>parentHash</c> excepted, which must be there. Unsigned fields that we do not know
/// are passed over; unknown members of the payload are signed and kept.
/// </remarks>
internal ref struct WireChangeReader(JsonValue wire, Span<byte> authorKey)
{
    private readonly JsonValue _wire = wire;
    private readonly Span<byte> _authorKey = authorKey;

    /// <summary>Why <see cref="Read"/> returned null.</summary>
    public Refusal Refusal { get; private set; }

    /// <summary>A sentence for the sender, without the sender's data.</summary>
    public string Why { get; private set; } = "";

    /// <summary>
    /// A sentence where the unsigned copies of node and schema say something else than the payload, or null. Asked after the hash:
    /// a payload that was altered is a wrong hash first.
    /// </summary>
    public readonly string? Contradiction(ChangePayload payload) =>
        Present("nodeId") is { } node && !string.Equals(node.Text, payload.Node.Value, StringComparison.Ordinal) ? "nodeId contradicts the payload."
        : Present("schemaId") is { } schema && !string.Equals(schema.Text, payload.SchemaId, StringComparison.Ordinal) ? "schemaId contradicts the payload."
        : null;

    /// <summary>The fields, or null with <see cref="Refusal"/> and <see cref="Why"/> set. Writes the author's public key.</summary>
    public ChangeFields? Read()
    {
        if (_wire.Kind != JsonKind.Object)
        {
            return Fault("The change is not an object.");
        }

        if (!string.Equals(_wire["type"]?.Text, Change.NodeChangeType, StringComparison.Ordinal))
        {
            return Fault("type is not node-change.");
        }

        if (_wire["id"]?.Text is not { } id || !IsKey(id, ChangeLimits.IdLengthMax))
        {
            return Fault("id is missing or out of bounds.");
        }

        if (!PersonId.TryParse(_wire["authorDid"]?.Text, out var author, _authorKey))
        {
            return Fault("authorDid is not an Ed25519 did:key.");
        }

        if (_wire["lamportTime"]?.Number > ChangeLimits.LamportMax)
        {
            Fault("lamportTime is above 2^48.");
            Refusal = Refusal.Lamport;
            return null;
        }

        if (_wire["lamportTime"]?.Integer is not (>= 0 and { } lamport))
        {
            return Fault("lamportTime is not a non-negative integer.");
        }

        if (_wire["wallTime"]?.Integer is not (>= 0 and { } wallTime))
        {
            return Fault("wallTime is not a non-negative integer.");
        }

        if (_wire["parentHash"] is not { } parent || !(parent.IsNull || parent.Text is { Length: > 0 and <= ChangeLimits.ParentLengthMax }))
        {
            return Fault("parentHash is neither null nor a hash.");
        }

        if ((Present("protocolVersion") is { } version ? version.Integer : 0) is not (>= 0 and <= int.MaxValue and { } protocolVersion))
        {
            return Fault("protocolVersion is not a non-negative integer.");
        }

        if (!TryBatch(out var batch) || Payload() is not { } payload)
        {
            return null;
        }

        return new(id, payload, parent.Text, author, wallTime, lamport, batch, (int)protocolVersion);
    }

    private bool TryBatch(out BatchMark? batch)
    {
        batch = null;
        if (Present("batchId") is not { } id)
        {
            // Without an id the other two are not signed, so they are passed over.
            return true;
        }

        if (id.Text is not { } text || !IsKey(text, ChangeLimits.IdLengthMax)
            || _wire["batchSize"]?.Integer is not (>= 1 and <= ChangeLimits.BatchSizeMax and { } size)
            || _wire["batchIndex"]?.Integer is not (>= 0 and { } index) || index >= size)
        {
            Fault("batchId, batchIndex or batchSize is out of bounds.");
            return false;
        }

        batch = new(text, (int)index, (int)size);
        return true;
    }

    private ChangePayload? Payload()
    {
        if (_wire["payload"] is not { Kind: JsonKind.Object } payload)
        {
            Fault("payload is not an object.");
            return null;
        }

        if (payload["nodeId"]?.Text is not { } node || !IsKey(node, NodeId.LengthMax))
        {
            Fault("payload.nodeId is missing or out of bounds.");
            return null;
        }

        if (!TrySchema(payload, out var schema))
        {
            return null;
        }

        if (payload["deleted"] is { Boolean: null })
        {
            Fault("payload.deleted is not a truth value.");
            return null;
        }

        if (payload["properties"] is not { Kind: JsonKind.Object } properties || !AreBounded(properties))
        {
            Fault("payload.properties is missing or out of bounds.");
            return null;
        }

        var unknown = UnknownMembers(payload);
        var known = 2 + (payload["schemaId"] is null ? 0 : 1) + (payload["deleted"] is null ? 0 : 1);
        if (payload.MemberSpan.Length != known + (unknown?.MemberSpan.Length ?? 0))
        {
            Fault("payload names a member twice.");
            return null;
        }

        return new(new(node), schema, properties, payload["deleted"]?.Boolean) { Unknown = unknown };
    }

    /// <summary>The rebuild rule: a top-level <c>schemaId</c> stands in for one that the payload lacks, before hashing.</summary>
    private bool TrySchema(JsonValue payload, out string? schema)
    {
        var inner = payload["schemaId"];
        var outer = Present("schemaId");
        schema = (inner ?? outer)?.Text;
        if (inner is null && outer is null)
        {
            return true;
        }

        if (schema is null || !IsKey(schema, ChangeLimits.SchemaIdLengthMax))
        {
            Fault("schemaId is out of bounds.");
            return false;
        }

        return true;
    }

    private static bool AreBounded(JsonValue properties)
    {
        foreach (ref readonly var property in properties.MemberSpan)
        {
            if (property.Key.Length > ChangeLimits.PropertyNameLengthMax)
            {
                return false;
            }
        }

        return properties.MemberSpan.Length <= ChangeLimits.PropertiesMax;
    }

    private static JsonValue? UnknownMembers(JsonValue payload)
    {
        List<KeyValuePair<string, JsonValue>>? unknown = null;
        foreach (ref readonly var member in payload.MemberSpan)
        {
            if (member.Key is not ("nodeId" or "schemaId" or "properties" or "deleted"))
            {
                (unknown ??= []).Add(member);
            }
        }

        return unknown is null ? null : JsonValue.Object(unknown);
    }

    /// <summary>True for a text that every database keeps as it is: within its length, without NUL and lone surrogates.</summary>
    private static bool IsKey(string text, int lengthMax)
    {
        if (text.Length == 0 || text.Length > lengthMax)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
            {
                return false;
            }

            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
            {
                return false;
            }
        }

        return true;
    }

    private readonly JsonValue? Present(string name) => _wire[name] is { IsNull: false } value ? value : null;

    private ChangeFields? Fault(string why)
    {
        Refusal = Refusal.Malformed;
        Why = why;
        return null;
    }
}
