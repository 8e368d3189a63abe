using Parley.Frames;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Testing.Hubs;

/// <summary>
/// A hub with the reference's rules and nothing more (docs/protocol.md, hub): no acknowledgements, changes stored under the room that the
/// frame names, channels and messages forwarded into their share rooms, author rooms read by Lamport time, share rooms by number.
/// </summary>
public sealed class FakeReferenceHub : FakeHub
{
    private const int PageMax = 100;

    private readonly Dictionary<string, List<JsonValue>> _stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonValue>> _shared = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hashes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override JsonValue Handshake => JsonReader.Read(
        """
        {"type":"handshake","version":"0.0.1","protocolVersion":1,"minProtocolVersion":1,"isDemo":false,
         "features":["node-changes","yjs-updates","signed-yjs-envelopes","batch-changes","batch-push"]}
        """);

    /// <summary>How many changes an author's room holds.</summary>
    public int CountOf(string room)
    {
        var count = 0;
        Locked(() => count = Of(_stored, room).Count);
        return count;
    }

    /// <summary>The hub loses everything, sockets included.</summary>
    public void Wipe()
    {
        GoDown();
        Locked(() =>
        {
            _stored.Clear();
            _shared.Clear();
            _hashes.Clear();
        });
        ComeUp();
    }

    /// <inheritdoc/>
    protected override void Take(Socket from, string topic, string room, JsonValue change, bool inBatch)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (!_hashes.Add(change["hash"]!.Text!))
        {
            return;
        }

        Of(_stored, room).Add(change);
        if (inBatch)
        {
            Publish(room, Live(room, change));
        }
        else
        {
            Publish(topic, Live(room, change), except: from);
        }

        if (ShareRoomOf(change) is { } share)
        {
            Of(_shared, share).Add(change);
            Publish(share, Live(share, change));
        }
    }

    /// <inheritdoc/>
    private protected override JsonValue PageOf(ClientFrame.SyncRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var room = request.Room;
        if (room.StartsWith("xnet-channel-", StringComparison.Ordinal) || room.StartsWith("xnet-workspace-", StringComparison.Ordinal))
        {
            var numbered = Of(_shared, room);
            var from = (int)request.SinceLamport;
            var page = numbered.Skip(from).Take(PageMax).ToList();
            return Page(room, page, from + page.Count, page.Count == PageMax);
        }

        var byLamport = Of(_stored, room).Where(c => Lamport(c) > request.SinceLamport)
            .OrderBy(Lamport).ThenBy(c => c["authorDid"]!.Text, StringComparer.Ordinal).ToList();
        if (byLamport.Count <= PageMax)
        {
            return Page(room, byLamport, Of(_stored, room).Select(Lamport).DefaultIfEmpty(0).Max(), false);
        }

        var last = Lamport(byLamport[PageMax]);
        var kept = byLamport.Where(c => Lamport(c) < last).ToList();
        kept = kept.Count == 0 ? byLamport.Where(c => Lamport(c) == last).ToList() : kept;
        return Page(room, kept, Lamport(kept[^1]), true);
    }

    private static double Lamport(JsonValue change) => change["lamportTime"]!.Number!.Value;

    private static JsonValue Live(string room, JsonValue change) =>
        JsonValue.Object(("type", JsonValue.Of("node-change")), ("room", JsonValue.Of(room)), ("change", change));

    private static JsonValue Page(string room, List<JsonValue> changes, double mark, bool hasMore) => JsonValue.Object(
        ("type", JsonValue.Of("node-sync-response")), ("room", JsonValue.Of(room)), ("changes", JsonValue.Array(changes)),
        ("highWaterMark", JsonValue.Of(mark)), ("hasMore", JsonValue.Of(hasMore)));

    private static string? ShareRoomOf(JsonValue change)
    {
        var schema = change["schemaId"]?.Text ?? change["payload"]?["schemaId"]?.Text;
        return Schemas.Is(schema, Schemas.Channel) ? "xnet-channel-" + change["nodeId"]!.Text
            : Schemas.Is(schema, Schemas.ChatMessage) && change["payload"]?["properties"]?["channel"]?.Text is { } channel ? "xnet-channel-" + channel
            : null;
    }

    private static List<JsonValue> Of(Dictionary<string, List<JsonValue>> rooms, string room)
    {
        if (!rooms.TryGetValue(room, out var changes))
        {
            rooms[room] = changes = [];
        }

        return changes;
    }
}
