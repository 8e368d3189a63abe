using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>The wire form of a change.</summary>
public static class ChangeWire
{
    /// <summary>
    /// Writes the wire form (UTF-8 JSON object): fixed field order, only known fields, <c>payload</c> in canonical form,
    /// <c>room</c> as given, top-level <c>schemaId</c> only where the signed payload has it (tactic C.9).
    /// </summary>
    public static byte[] ToBytes(Change change, RoomId room)
    {
        ArgumentNullException.ThrowIfNull(change);

        // Before renting: making the form uses this thread's writer.
        var payload = change.Form.Payload;
        var fields = change.Fields;
        var writer = CanonicalWriter.Rent();
        Text(writer, "{\"id\":"u8, fields.Id);
        Text(writer, ",\"type\":"u8, fields.Type);
        Text(writer, ",\"hash\":"u8, change.Hash.ToString());
        Text(writer, ",\"room\":"u8, room.Value);
        Text(writer, ",\"nodeId\":"u8, fields.Payload.Node.Value);
        if (fields.Payload.SchemaId is { } schema)
        {
            Text(writer, ",\"schemaId\":"u8, schema);
        }

        Integer(writer, ",\"lamportTime\":"u8, fields.Lamport);
        Text(writer, ",\"lamportAuthor\":"u8, fields.Author.Value);
        Text(writer, ",\"authorDid\":"u8, fields.Author.Value);
        Integer(writer, ",\"wallTime\":"u8, fields.WallTime);
        Text(writer, ",\"parentHash\":"u8, fields.Parent);
        writer.Raw(",\"payload\":"u8);
        writer.Raw(payload);
        Text(writer, ",\"signatureB64\":"u8, Convert.ToBase64String(change.Signature.Span));
        if (fields.ProtocolVersion > 0)
        {
            Integer(writer, ",\"protocolVersion\":"u8, fields.ProtocolVersion);
        }

        if (fields.Batch is { } batch)
        {
            Text(writer, ",\"batchId\":"u8, batch.Id);
            Integer(writer, ",\"batchIndex\":"u8, batch.Index);
            Integer(writer, ",\"batchSize\":"u8, batch.Size);
        }

        writer.Raw((byte)'}');
        return writer.Written.ToArray();
    }

    /// <summary>
    /// Rebuilds a change from our own store's bytes (<see cref="ToBytes"/>), trusting that it was verified before it was stored:
    /// parses without hashing or checking the signature.
    /// </summary>
    /// <exception cref="ParleyException"><see cref="ParleyErrorCode.Storage"/>: the bytes are not such a change.</exception>
    public static Change FromTrustedBytes(ReadOnlySpan<byte> wire)
    {
        Span<byte> publicKey = stackalloc byte[PersonId.PublicKeyBytes];
        if (JsonReader.TryRead(wire, out var value) == JsonFault.None
            && new WireChangeReader(value, publicKey).Read() is { } fields
            && ChangeHash.TryParse(value["hash"]?.Text, out var hash)
            && ChangeVerification.ReadSignature(value["signatureB64"]?.Text) is { } signature)
        {
            return new(fields, null, hash, signature);
        }

        throw new ParleyException(ParleyErrorCode.Storage, "A stored change is not readable.");
    }

    private static void Text(CanonicalWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        writer.Raw(name);
        writer.TextOrNull(value);
    }

    private static void Integer(CanonicalWriter writer, ReadOnlySpan<byte> name, long value)
    {
        writer.Raw(name);
        writer.Integer(value);
    }
}
