using Parley.Json;
using Parley.Presence;

namespace Parley.Hub.Connections;

/// <summary>
/// Who shows what in one room, for as long as the sockets that showed it live. A client id belongs to the socket that introduced it:
/// what others say about it is dropped (W23), and when that socket leaves, the hub says so for it.
/// </summary>
/// <remarks>Nothing of it is ever stored. Guarded by its topic.</remarks>
internal sealed class AwarenessRoom
{
    /// <summary>A client that said nothing for this long is gone.</summary>
    private const long LeaseMs = Awareness.LeaseMs;

    /// <summary>The reference calls a state stale when it is this old.</summary>
    private const long StaleMs = 300_000;

    private const int SnapshotUsersMax = 100;
    private const int UpdateBytesMax = AwarenessCodec.UpdateBytesMax * 3 / 4;

    private readonly Dictionary<ulong, Seat> _seats = [];

    /// <summary>Takes an update from a socket and returns what of it may be relayed: all of it, some entries, or none.</summary>
    public IReadOnlyList<AwarenessEntry> Take(HubConnection from, IReadOnlyList<AwarenessEntry> entries, int updateBytes, long nowMs, long wallMs)
    {
        List<AwarenessEntry>? some = null;
        for (var i = 0; i < entries.Count; i++)
        {
            var taken = TryTake(from, entries[i], updateBytes, nowMs, wallMs);
            if (!taken && some is null)
            {
                some = [.. entries.Take(i)];
            }
            else if (taken)
            {
                some?.Add(entries[i]);
            }
        }

        return some ?? entries;
    }

    /// <summary>Forgets everything that a socket showed; the update that tells the others, or null where it showed nothing.</summary>
    public byte[]? Leave(HubConnection owner)
    {
        List<AwarenessEntry>? gone = null;
        foreach (var (client, seat) in _seats)
        {
            if (ReferenceEquals(seat.Owner, owner))
            {
                // With the clock that the others know, so that what the same person shows on a new socket is news to them.
                (gone ??= []).Add(new(client, seat.Clock, null));
            }
        }

        return Remove(gone);
    }

    /// <summary>Ends lapsed leases; the update that tells the others, or null.</summary>
    /// <remarks>The removal carries the last known clock, as a reference client's own expiry does, so that the next heartbeat revives it.</remarks>
    public byte[]? Expire(long nowMs)
    {
        List<AwarenessEntry>? gone = null;
        foreach (var (client, seat) in _seats)
        {
            if (nowMs - seat.SeenMs > LeaseMs)
            {
                (gone ??= []).Add(new(client, seat.Clock, null));
            }
        }

        return Remove(gone);
    }

    /// <summary>What is shown now, as updates that a newcomer can apply.</summary>
    public IEnumerable<byte[]> Updates()
    {
        var entries = new List<AwarenessEntry>();
        var bytes = 0;
        foreach (var (client, seat) in _seats)
        {
            if (bytes + seat.Bytes > UpdateBytesMax && entries.Count > 0)
            {
                yield return Encode(entries);
                entries.Clear();
                bytes = 0;
            }

            entries.Add(new(client, seat.Clock, seat.State));
            bytes += seat.Bytes;
        }

        if (entries.Count > 0)
        {
            yield return Encode(entries);
        }
    }

    /// <summary>One row a person, newest first, or null where nobody is here.</summary>
    public JsonValue? Snapshot(long wallMs)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var users = new List<JsonValue>();
        foreach (var seat in _seats.Values.OrderByDescending(s => s.SeenWallMs))
        {
            var did = seat.Owner.Session.Did ?? seat.State["user"]?["did"]?.Text;
            if (did is null || !seen.Add(did) || users.Count == SnapshotUsersMax)
            {
                continue;
            }

            users.Add(JsonValue.Object(
                ("did", JsonValue.Of(did)),
                ("state", seat.State),
                ("lastSeen", JsonValue.Of(seat.SeenWallMs)),
                ("isStale", JsonValue.Of(wallMs - seat.SeenWallMs > StaleMs))));
        }

        return users.Count == 0 ? null : JsonValue.Array(users);
    }

    private static byte[] Encode(List<AwarenessEntry> entries) =>
        AwarenessCodec.Encode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(entries));

    private byte[]? Remove(List<AwarenessEntry>? gone)
    {
        if (gone is null)
        {
            return null;
        }

        foreach (var entry in gone)
        {
            if (_seats.Remove(entry.Client, out var seat))
            {
                seat.Owner.GiveSeatBack();
            }
        }

        return Encode(gone);
    }

    private bool TryTake(HubConnection from, in AwarenessEntry entry, int updateBytes, long nowMs, long wallMs)
    {
        // Whom a state names is proved by the connection that shows it.
        if (entry.State?["user"]?["did"] is { } shown && !from.Session.IsKnownAs(shown.Text))
        {
            return false;
        }

        if (!_seats.TryGetValue(entry.Client, out var seat))
        {
            if (entry.State is null)
            {
                return true;
            }

            if (!from.TryTakeSeat())
            {
                return false;
            }

            _seats[entry.Client] = new(from, entry.Clock, entry.State, updateBytes, nowMs, wallMs);
            return true;
        }

        if (!ReferenceEquals(seat.Owner, from))
        {
            // The same person on a new socket takes over, while the hub has not noticed yet that the old one is dead.
            if (!IsSamePerson(seat.Owner, from) || entry.Clock < seat.Clock || !from.TryTakeSeat())
            {
                return false;
            }

            seat.Owner.GiveSeatBack();
        }

        if (entry.Clock < seat.Clock)
        {
            return false;
        }

        if (entry.State is null)
        {
            _seats.Remove(entry.Client);
            from.GiveSeatBack();
            return true;
        }

        _seats[entry.Client] = new(from, entry.Clock, entry.State, updateBytes, nowMs, wallMs);
        return true;
    }

    private static bool IsSamePerson(HubConnection one, HubConnection other) =>
        one.Session.Did is { } did && string.Equals(did, other.Session.Did, StringComparison.Ordinal);

    private readonly record struct Seat(HubConnection Owner, ulong Clock, JsonValue State, int Bytes, long SeenMs, long SeenWallMs);
}
