namespace Parley.Json;

/// <summary>Member names that nearly every change carries, kept once instead of allocated at every reading.</summary>
internal static class WellKnownNames
{
    private const int LengthMax = 16;

    private static readonly (byte[] Utf8, string Text)[][] ByLength = Group(
        "id", "type", "hash", "room", "nodeId", "schemaId", "lamportTime", "lamportAuthor", "authorDid", "authorDID", "wallTime",
        "parentHash", "payload", "signatureB64", "protocolVersion", "batchId", "batchIndex", "batchSize", "lamport",
        "properties", "deleted", "channel", "content", "edited", "editedAt", "redacted", "mentions", "dids", "replyTo",
        "inReplyTo", "kind", "name", "title", "members", "space", "target", "parley:after", "parley:seen",
        "topic", "data", "change", "changes", "seq", "epoch", "from", "update", "hasMore", "highWaterMark", "acks");

    /// <summary>The shared string, or null where the name is not on the list.</summary>
    public static string? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > LengthMax)
        {
            return null;
        }

        foreach (var (utf8, text) in ByLength[name.Length])
        {
            if (name.SequenceEqual(utf8))
            {
                return text;
            }
        }

        return null;
    }

    private static (byte[] Utf8, string Text)[][] Group(params ReadOnlySpan<string> names)
    {
        var groups = new List<(byte[], string)>[LengthMax + 1];
        foreach (var name in names)
        {
            (groups[name.Length] ??= []).Add((System.Text.Encoding.UTF8.GetBytes(name), name));
        }

        return [.. groups.Select(g => g?.ToArray() ?? [])];
    }
}
