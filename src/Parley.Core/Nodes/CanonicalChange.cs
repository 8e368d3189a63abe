using Parley.Json;

namespace Parley.Nodes;

/// <summary>The canonical bytes of a change's unsigned fields, and where the payload stands in them.</summary>
/// <remarks>Fields in code-unit order, absent ones left out: what canonical JSON makes of the object, without building it.</remarks>
internal sealed class CanonicalChange
{
    private readonly int _payloadAt;
    private readonly int _payloadLength;

    private CanonicalChange(byte[] bytes, int payloadAt, int payloadLength, int payloadDepth)
    {
        Bytes = bytes;
        _payloadAt = payloadAt;
        _payloadLength = payloadLength;
        PayloadDepth = payloadDepth;
    }

    /// <summary>What is hashed.</summary>
    public byte[] Bytes { get; }

    /// <summary>The nesting of the payload's own value.</summary>
    public int PayloadDepth { get; }

    /// <summary>The canonical payload, an object.</summary>
    public ReadOnlySpan<byte> Payload => Bytes.AsSpan(_payloadAt, _payloadLength);

    /// <summary>The form of fields of our own making. Throws <see cref="ArgumentException"/> where the payload has none.</summary>
    public static CanonicalChange Of(ChangeFields fields) =>
        TryOf(fields) ?? throw new ArgumentException("The payload has no canonical form.", nameof(fields));

    /// <summary>The form, or null where the payload has none.</summary>
    public static CanonicalChange? TryOf(ChangeFields fields)
    {
        var writer = CanonicalWriter.Rent();
        writer.Raw("{\"authorDID\":"u8);
        writer.Text(fields.Author.Value);
        if (fields.Batch is { } batch)
        {
            writer.Raw(",\"batchId\":"u8);
            writer.Text(batch.Id);
            writer.Raw(",\"batchIndex\":"u8);
            writer.Integer(batch.Index);
            writer.Raw(",\"batchSize\":"u8);
            writer.Integer(batch.Size);
        }

        writer.Raw(",\"id\":"u8);
        writer.Text(fields.Id);
        writer.Raw(",\"lamport\":"u8);
        writer.Integer(fields.Lamport);
        writer.Raw(",\"parentHash\":"u8);
        writer.TextOrNull(fields.Parent);
        writer.Raw(",\"payload\":"u8);
        var payloadAt = writer.Length;
        if (!TryPayload(fields.Payload, writer))
        {
            return null;
        }

        var payloadLength = writer.Length - payloadAt;
        if (fields.ProtocolVersion > 0)
        {
            writer.Raw(",\"protocolVersion\":"u8);
            writer.Integer(fields.ProtocolVersion);
        }

        writer.Raw(",\"type\":"u8);
        writer.Text(fields.Type);
        writer.Raw(",\"wallTime\":"u8);
        writer.Integer(fields.WallTime);
        writer.Raw((byte)'}');
        return new(writer.Written.ToArray(), payloadAt, payloadLength, writer.DepthReached);
    }

    private static bool TryPayload(ChangePayload payload, CanonicalWriter writer)
    {
        JsonValue? deleted = payload.Deleted is { } flag ? JsonValue.Of(flag) : null;
        JsonValue? schema = payload.SchemaId is { } id ? JsonValue.Of(id) : null;
        var known = JsonValue.Object(
            ("deleted", deleted), ("nodeId", JsonValue.Of(payload.Node.Value)), ("properties", payload.Properties), ("schemaId", schema));
        return writer.TryValue(payload.Unknown is { } unknown ? JsonValue.Object([.. known.Members, .. unknown.Members]) : known);
    }
}
