using System.Collections.Concurrent;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Testing.Hubs;

/// <summary>A hub with <c>parley.ack/1</c> and <c>parley.seq/1</c> that believes everything: for changes that a real one would never pass on.</summary>
public sealed class FakeParleyHub : FakeHub
{
    private const int PageMax = 100;

    private readonly Dictionary<string, List<JsonValue>> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Room, long Seq)> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Room, JsonValue Change)> _waiting = new(StringComparer.Ordinal);
    private readonly List<(string Room, JsonValue Ack)> _acks = [];
    private int _databases = 1;

    /// <summary>Acknowledgements for which this is true are not sent.</summary>
    public Func<string, bool>? LosesAck { get; set; }

    /// <summary>Answers changes for which this gives a code with a refusal.</summary>
    public Func<JsonValue, string?>? Refuses { get; set; }

    /// <summary>Keeps changes for which this is true waiting, acknowledged without a number, until <see cref="FileWaiting"/>.</summary>
    public Func<JsonValue, bool>? KeepsWaiting { get; set; }

    /// <summary>How many times each change was pushed, by hash.</summary>
    public ConcurrentDictionary<string, int> Pushes { get; } = new(StringComparer.Ordinal);

    private string Epoch => "database-" + _databases;

    /// <inheritdoc/>
    protected override JsonValue Handshake => JsonReader.Read(
        $$"""
        {"type":"handshake","version":"test","protocolVersion":1,"minProtocolVersion":1,"isDemo":false,"epoch":"{{Epoch}}",
         "features":["node-changes","batch-changes","batch-push","parley.ack/1","parley.seq/1","parley.commons/1","parley.devices/1"]}
        """);

    /// <summary>How many changes a room holds.</summary>
    public int CountOf(string room)
    {
        var count = 0;
        Locked(() => count = RoomOf(room).Count);
        return count;
    }

    /// <summary>How often it lost what it had, or some of it.</summary>
    public int Losses { get; private set; }

    /// <summary>The hashes of a room's changes, by number, after a number.</summary>
    public IReadOnlyList<string> HashesOf(string room, long after = 0)
    {
        IReadOnlyList<string> hashes = [];
        Locked(() => hashes = [.. RoomOf(room).Skip((int)after).Select(change => change["hash"]!.Text!)]);
        return hashes;
    }

    /// <summary>Files what it keeps waiting, and publishes it.</summary>
    public void FileWaiting() => Locked(() =>
    {
        foreach (var (room, change) in _waiting.Values)
        {
            Publish(room, Live(room, change, File(room, change)));
        }

        _waiting.Clear();
    });

    /// <summary>What its database holds now, to be put back later.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<JsonValue>> Backup()
    {
        Dictionary<string, IReadOnlyList<JsonValue>> copy = new(StringComparer.Ordinal);
        Locked(() => _rooms.ToList().ForEach(room => copy[room.Key] = [.. room.Value]));
        return copy;
    }

    /// <summary>The hub stops, and comes up again with an older copy of its database: the same epoch, and fewer numbers.</summary>
    public void Restore(IReadOnlyDictionary<string, IReadOnlyList<JsonValue>> backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        GoDown();
        Locked(() =>
        {
            Losses++;
            _rooms.Clear();
            _places.Clear();
            foreach (var (room, changes) in backup)
            {
                changes.ToList().ForEach(change => File(room, change));
            }
        });
        ComeUp();
    }

    /// <summary>The hub loses everything, sockets included, and comes up with an empty database.</summary>
    public void Wipe()
    {
        GoDown();
        Locked(() =>
        {
            _rooms.Clear();
            _places.Clear();
            Losses++;
            _databases++;
        });
        ComeUp();
    }

    /// <summary>Files a change in a room, whatever it is, and publishes it; the number can be held back so that a gap shows later.</summary>
    public void Offer(RoomId room, Change change, bool live = true) =>
        Offer(room, JsonReader.Read(System.Text.Encoding.UTF8.GetString(ChangeWire.ToBytes(change, room))), live);

    /// <summary>The same with a change in its wire form.</summary>
    public void Offer(RoomId room, JsonValue wire, bool live = true) => Locked(() =>
    {
        var seq = File(room.Value, wire);
        if (live)
        {
            Publish(room.Value, Live(room.Value, wire, seq));
        }
    });

    /// <inheritdoc/>
    protected override void Take(Socket from, string topic, string room, JsonValue change, bool inBatch)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(change);
        var hash = change["hash"]!.Text!;
        Pushes[hash] = Pushes.GetValueOrDefault(hash) + 1;
        if (Refuses?.Invoke(change) is { } code)
        {
            from.Send(JsonValue.Object(
                ("type", JsonValue.Of("node-error")), ("code", JsonValue.Of(code)), ("error", JsonValue.Of("No.")),
                ("hash", JsonValue.Of(hash)), ("room", JsonValue.Of(room))));
            return;
        }

        var isNew = !_places.ContainsKey(hash);
        var waits = isNew && KeepsWaiting?.Invoke(change) == true;
        if (waits)
        {
            _waiting[hash] = (room, change);
        }

        var seq = waits ? 0 : isNew ? File(room, change) : _places[hash].Seq;
        if (LosesAck?.Invoke(hash) != true)
        {
            _acks.Add((room, JsonValue.Object(("hash", JsonValue.Of(hash)), ("seq", JsonValue.Of(seq)))));
        }

        if (isNew && !waits)
        {
            Publish(topic, Live(room, change, seq), except: from);
        }
    }

    /// <inheritdoc/>
    protected override void AfterFrame(Socket from)
    {
        ArgumentNullException.ThrowIfNull(from);
        foreach (var room in _acks.GroupBy(ack => ack.Room, ack => ack.Ack))
        {
            from.Send(JsonValue.Object(("type", JsonValue.Of("node-ack")), ("room", JsonValue.Of(room.Key)), ("acks", JsonValue.Array([.. room]))));
        }

        _acks.Clear();
    }

    /// <inheritdoc/>
    private protected override JsonValue PageOf(ClientFrame.SyncRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var room = RoomOf(request.Room);
        var since = request.Epoch == Epoch ? (int)(request.SinceSeq ?? 0) : 0;
        var page = room.Skip(since).Take(PageMax).ToList();
        var seqs = Enumerable.Range(since + 1, page.Count).Select(seq => JsonValue.Of(seq)).ToList();
        return JsonValue.Object(
            ("type", JsonValue.Of("node-sync-response")), ("room", JsonValue.Of(request.Room)), ("changes", JsonValue.Array(page)),
            ("highWaterMark", JsonValue.Of(since + page.Count)), ("hasMore", JsonValue.Of(since + page.Count < room.Count)),
            ("epoch", JsonValue.Of(Epoch)), ("seq", JsonValue.Of(since + page.Count)), ("seqs", JsonValue.Array(seqs)));
    }

    private JsonValue Live(string room, JsonValue change, long seq) => JsonValue.Object(
        ("type", JsonValue.Of("node-change")), ("room", JsonValue.Of(room)), ("change", change), ("seq", JsonValue.Of(seq)), ("epoch", JsonValue.Of(Epoch)));

    private long File(string room, JsonValue change)
    {
        var changes = RoomOf(room);
        changes.Add(change);
        _places[change["hash"]!.Text!] = (room, changes.Count);
        return changes.Count;
    }

    private List<JsonValue> RoomOf(string room)
    {
        if (!_rooms.TryGetValue(room, out var changes))
        {
            _rooms[room] = changes = [];
        }

        return changes;
    }
}
