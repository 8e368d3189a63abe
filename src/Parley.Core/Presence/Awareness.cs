using Parley.Json;

namespace Parley.Presence;

/// <summary>What a step of <see cref="Awareness"/> wants sent and what it changed.</summary>
/// <param name="Update">Bytes to publish to the room, or null.</param>
/// <param name="Changed">True when somebody's visible state changed.</param>
internal readonly record struct AwarenessStep(byte[]? Update, bool Changed);

/// <summary>
/// One room's awareness: own state, heartbeats, leases of the others (docs/protocol.md, awareness). Sans-I/O: time comes in as ms, bytes come out.
/// </summary>
/// <remarks>Not safe for several threads. Times are of one monotone clock in ms.</remarks>
internal sealed class Awareness
{
    /// <summary>Own state is sent again when it is this old.</summary>
    public const long HeartbeatMs = 15_000;
    /// <summary>Another client's state lapses when nothing came for this long.</summary>
    public const long LeaseMs = 30_000;
    /// <summary>How often <see cref="Tick"/> wants to be called.</summary>
    public const long TickMs = 3_000;
    /// <summary>Announcements that others cause come no closer together than this.</summary>
    public const long AnnounceMs = 250;
    /// <summary>The most other clients that are remembered; entries of more are ignored until leases lapse.</summary>
    public const int ClientsMax = 4_096;

    /// <summary>The most bytes of others' states that are held, as they came.</summary>
    public const int StateBytesMax = 16 << 20;

    private const ulong ClockMax = (1UL << 53) - 1;

    private readonly Dictionary<ulong, Seen> _seen = [];
    private readonly Dictionary<ulong, JsonValue> _others = [];
    private ulong _clock;
    private long? _sentAt;
    private bool _announceDue;
    private long _stateBytes;

    /// <summary>A room seen by the client <paramref name="client"/> (a random uint32).</summary>
    public Awareness(ulong client) => Client = client;

    /// <summary>Own client id.</summary>
    public ulong Client { get; }

    /// <summary>Own state, or null before the first <see cref="Show"/> and after <see cref="Leave"/>.</summary>
    public JsonValue? Own { get; private set; }

    /// <summary>Everybody else's visible state by client id. A view: it changes with the steps.</summary>
    public IReadOnlyDictionary<ulong, JsonValue> Others => _others;

    /// <summary>Replaces the own state (clock + 1). Throws <see cref="ArgumentException"/> where it does not fit into an update.</summary>
    public AwarenessStep Show(JsonValue state, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(state);
        var update = AwarenessCodec.Encode([new(Client, _clock + 1, state)]);
        var changed = !state.Equals(Own);
        Own = state;
        return new(Sent(update, nowMs), changed);
    }

    /// <summary>Removes the own state (clock + 1, null).</summary>
    public AwarenessStep Leave(long nowMs)
    {
        if (Own is null)
        {
            return default;
        }

        Own = null;
        return new(Sent(AwarenessCodec.Encode([new(Client, _clock + 1, null)]), nowMs), Changed: true);
    }

    /// <summary>Sends the own state again (clock + 1): after connecting, subscribing, or when a newcomer appeared (W21).</summary>
    public AwarenessStep Announce(long nowMs) => Own is { } state ? Show(state, nowMs) : default;

    /// <summary>
    /// Takes a received update. When it reveals a client that was unknown, the own state is announced once (at most once in 250 ms;
    /// a later one is sent by <see cref="Tick"/>). Malformed bytes change nothing.
    /// </summary>
    public AwarenessStep Receive(ReadOnlySpan<byte> update, long nowMs)
    {
        if (!AwarenessCodec.TryDecode(update, out var entries))
        {
            return default;
        }

        var changed = false;
        foreach (var entry in entries)
        {
            if (entry.Client == Client)
            {
                TakeOwn(entry);
            }
            else
            {
                changed |= Take(entry, update.Length / entries.Count, nowMs);
            }
        }

        return new(AnnounceIfDue(nowMs), changed);
    }

    /// <summary>Heartbeat and expiry. Expiry is local: what lapsed here is not removed for others.</summary>
    public AwarenessStep Tick(long nowMs)
    {
        var changed = false;
        foreach (var (client, seen) in _seen)
        {
            // What lapsed is forgotten with its clock, so that its next word is news whatever the clock (a link that was down, a restarted hub).
            if (nowMs - seen.At >= LeaseMs)
            {
                _seen.Remove(client);
                _stateBytes -= seen.Bytes;
                changed |= _others.Remove(client);
            }
        }

        _announceDue |= Own is not null && nowMs - _sentAt >= HeartbeatMs;
        return new(AnnounceIfDue(nowMs), changed);
    }

    /// <summary>Somebody spoke for us. A removal is answered by going above it; anything else only moves our clock.</summary>
    private void TakeOwn(in AwarenessEntry entry)
    {
        if (entry.Clock < _clock || entry.Clock >= ClockMax)
        {
            return;
        }

        _announceDue |= entry.State is null && Own is not null;
        _clock = entry.Clock;
    }

    private bool Take(in AwarenessEntry entry, int bytes, long nowMs)
    {
        var known = _seen.TryGetValue(entry.Client, out var seen);
        var isShown = _others.TryGetValue(entry.Client, out var shown);
        var isNews = entry.Clock > seen.Clock || (entry.Clock == seen.Clock && entry.State is null && isShown);
        bytes = entry.State is null ? 0 : bytes;
        if (!isNews || (!known && _seen.Count >= ClientsMax) || (bytes > seen.Bytes && _stateBytes + bytes - seen.Bytes > StateBytesMax))
        {
            return false;
        }

        _stateBytes += bytes - seen.Bytes;
        _seen[entry.Client] = new(entry.Clock, nowMs, bytes);
        if (entry.State is not { } state)
        {
            return _others.Remove(entry.Client);
        }

        _announceDue |= !isShown;
        _others[entry.Client] = state;
        return !state.Equals(shown);
    }

    private byte[]? AnnounceIfDue(long nowMs) =>
        _announceDue && Own is not null && (_sentAt is not { } sentAt || nowMs - sentAt >= AnnounceMs) ? Announce(nowMs).Update : null;

    private byte[] Sent(byte[] update, long nowMs)
    {
        _clock++;
        _sentAt = nowMs;
        _announceDue = false;
        return update;
    }

    private readonly record struct Seen(ulong Clock, long At, int Bytes);
}
