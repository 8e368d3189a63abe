using Parley.Ids;
using Parley.Json;

namespace Parley.Presence;

/// <summary>One joined room: its awareness, its holders' shared state, and who is seen in it.</summary>
/// <remarks>Used under the lock of <see cref="PresenceRooms"/>.</remarks>
internal sealed class PresenceRoom(RoomId topic, ulong client)
{
    private readonly Awareness _awareness = new(client);

    // A typing mark lives from its receipt, whatever its sender's clock says; a heartbeat that repeats it does not renew it.
    private readonly Dictionary<ulong, (long Until, long SeenAt)> _typing = [];

    public RoomId Topic => topic;

    public int Holders { get; set; }

    public PresenceState State { get; private set; } = new();

    public Live<IReadOnlyList<PresencePeer>> Peers { get; } = new([]);

    public byte[]? Show(PresenceState state, Func<PresenceState, JsonValue> write, long nowMs)
    {
        State = state;
        return _awareness.Show(write(state), nowMs).Update;
    }

    public byte[]? Leave(long nowMs) => _awareness.Leave(nowMs).Update;

    public byte[]? Announce(long nowMs) => _awareness.Announce(nowMs).Update;

    public byte[]? Receive(ReadOnlySpan<byte> update, long nowMs)
    {
        var step = _awareness.Receive(update, nowMs);
        if (step.Changed)
        {
            Publish(nowMs);
        }

        return step.Update;
    }

    public byte[]? Tick(long nowMs)
    {
        var step = _awareness.Tick(nowMs);
        if (step.Changed)
        {
            Publish(nowMs);
        }

        return step.Update;
    }

    /// <summary>When the next typing mark lapses, or null.</summary>
    public long? NextLapse(long nowMs)
    {
        var live = _typing.Values.Select(t => t.SeenAt + PresenceRooms.TypingMs).Where(at => at > nowMs).ToList();
        return live.Count == 0 ? null : live.Min();
    }

    /// <summary>Shows the room again, without the typing marks that have lapsed.</summary>
    public void Publish(long nowMs)
    {
        var peers = _awareness.Others.Select(other => PresenceFields.Read(other.Key, other.Value)).ToList();
        foreach (var gone in _typing.Keys.Except(peers.Where(p => p.State.Typing is not null).Select(p => p.Client)).ToList())
        {
            _typing.Remove(gone);
        }

        for (var i = 0; i < peers.Count; i++)
        {
            if (peers[i].State.Typing is { } typing && !IsFresh(peers[i].Client, typing, nowMs))
            {
                peers[i] = peers[i] with { State = peers[i].State with { Typing = null } };
            }
        }

        IReadOnlyList<PresencePeer> shown = [.. peers.OrderByDescending(p => p.LastUpdated).ThenBy(p => p.Client)];
        if (!shown.SequenceEqual(Peers.Value))
        {
            Peers.Set(shown);
        }
    }

    private bool IsFresh(ulong client, Typing typing, long nowMs)
    {
        if (!_typing.TryGetValue(client, out var seen) || seen.Until != typing.UntilMs)
        {
            _typing[client] = seen = (typing.UntilMs, nowMs);
        }

        return nowMs < seen.SeenAt + PresenceRooms.TypingMs;
    }
}
