using System.Globalization;
using System.Text;
using Parley.Ids;
using Parley.Json;

namespace Parley.Frames;

/// <summary>
/// The signed envelope of a Yjs document update, version 2 (docs/protocol.md, document updates): Ed25519 over
/// BLAKE3(update ‖ utf8(JSON of author, client, time and document)), so that an update is bound to its document.
/// </summary>
/// <remarks>Reference hubs of this version relay only the older envelope, which binds nothing; this one is for peers.</remarks>
/// <param name="Update">The update's bytes.</param>
/// <param name="Author">Who signs.</param>
/// <param name="ClientId">The Yjs client id.</param>
/// <param name="Timestamp">The author's clock, ms.</param>
/// <param name="DocId">The document that it belongs to.</param>
internal sealed record YjsEnvelope(ReadOnlyMemory<byte> Update, PersonId Author, long ClientId, long Timestamp, string DocId)
{
    /// <summary>The envelope's version.</summary>
    public const int Version = 2;

    /// <summary>The 32 bytes that are signed.</summary>
    public byte[] BytesToSign()
    {
        // The metadata is written in this order, not sorted: it is not canonical JSON.
        var metadata = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"authorDID":{{Quoted(Author.Value)}},"clientId":{{ClientId}},"timestamp":{{Timestamp}},"docId":{{Quoted(DocId)}}}""");
        return Blake3.Hash([.. Update.Span, .. Encoding.UTF8.GetBytes(metadata)]).ToBytes();
    }

    /// <summary>The envelope as it travels, with the 64-byte signature over <see cref="BytesToSign"/>.</summary>
    public JsonValue ToJson(ReadOnlySpan<byte> signature) => JsonValue.Object(
        ("v", JsonValue.Of(Version)),
        ("u", JsonValue.Of(Convert.ToBase64String(Update.Span))),
        ("m", JsonValue.Object(
            ("a", JsonValue.Of(Author.Value)), ("c", JsonValue.Of(ClientId)), ("t", JsonValue.Of(Timestamp)), ("d", JsonValue.Of(DocId)))),
        ("s", JsonValue.Object(("l", JsonValue.Of(0)), ("e", JsonValue.Of(Convert.ToBase64String(signature))))));

    private static string Quoted(string text) => CanonicalJson.ToText(JsonValue.Of(text));
}
