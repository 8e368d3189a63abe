using System.Collections.Concurrent;
using Parley.Ids;
using Parley.Live;
using Parley.Store;

namespace Parley.Peers;

/// <summary>Pushes the outbox to one hub session: operations first, in slabs, with a bounded number under way, again when no answer comes.</summary>
/// <remarks>What a session leaves unacknowledged the next one sends again, for ever, in any order.</remarks>
internal sealed class Pusher(Outbox outbox, HubDialect dialect, Func<PushFrame, CancellationToken, ValueTask> send, TimeProvider time) : IDisposable
{
    private const int UnderWayMax = 2_000;
    private const int ReadAtOnce = 1_000;

    /// <summary>The window of a hub's rate limit, and a little.</summary>
    private static readonly TimeSpan LimitWindow = TimeSpan.FromMilliseconds(1_100);

    /// <summary>After what time something is offered again that the hub did not want now.</summary>
    private static readonly TimeSpan LaterAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ChangeHash, OutboxEntry> _underWay = new();
    private readonly Bell _bell = new();
    private long _answeredAt = time.GetTimestamp();
    private long _laterSince;
    private volatile bool _again;
    private volatile bool _anew;
    private volatile bool _later;

    /// <summary>What was sent and is not answered.</summary>
    public IReadOnlyCollection<OutboxEntry> UnderWay => [.. _underWay.Values];

    /// <summary>Called where the hub does not acknowledge and the session has to look what arrived.</summary>
    public Action? LookFor { get; init; }

    /// <summary>The hub has these, or refused them.</summary>
    public void Answered(IEnumerable<ChangeHash> hashes)
    {
        foreach (var hash in hashes)
        {
            _underWay.TryRemove(hash, out _);
        }

        Volatile.Write(ref _answeredAt, time.GetTimestamp());
        _bell.Ring();
    }

    /// <summary>Something sent was dropped: sends what is unanswered again.</summary>
    public void Again()
    {
        _again = true;
        _bell.Ring();
    }

    /// <summary>What was answered or passed over before is to be sent again: looks through the outbox from its beginning.</summary>
    public void Anew()
    {
        _anew = true;
        _bell.Ring();
    }

    /// <summary>The hub does not take this now (quota, disk, rights): it is offered again in a minute; everything else goes on meanwhile.</summary>
    public void Later(ChangeHash hash)
    {
        if (!_later)
        {
            Volatile.Write(ref _laterSince, time.GetTimestamp());
            _later = true;
        }

        Answered([hash]);
    }

    /// <summary>The hub does not take this person's changes of a room now: nothing but operations is pushed there for a while.</summary>
    public void Pause(ChangeHash hash, string room)
    {
        _underWay.TryGetValue(hash, out var entry);
        outbox.Pauses.Refused(entry?.Room.Value ?? room);
        if (entry is { IsOperation: true })
        {
            Later(hash);
        }
        else
        {
            Answered([hash]);
        }
    }

    /// <summary>The hub took nothing of a frame for this room, and did not say of which changes.</summary>
    public void Refused(string room)
    {
        foreach (var entry in _underWay.Values.Where(e => e.Room.Value == room).ToList())
        {
            Pause(entry.Hash, room);
        }
    }

    /// <summary>The hub has these changes of a room in its log: what it did not take there a moment ago, it may take now.</summary>
    public void Filed(string room, IReadOnlyList<ChangeHash> hashes)
    {
        if (hashes.Count > 0 && outbox.Pauses.Filed(room))
        {
            _anew = true;
        }

        Answered(hashes);
    }

    /// <summary>The hub keeps these changes waiting.</summary>
    public void Waits(string room, IReadOnlyList<ChangeHash> hashes)
    {
        foreach (var hash in hashes)
        {
            if (!_underWay.TryGetValue(hash, out var entry) || !entry.IsOperation)
            {
                outbox.Pauses.Waits(room);
            }
        }

        Answered(hashes);
    }

    /// <summary>Pushes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        outbox.Filled = _bell.Ring;
        outbox.Resumed = Anew;
        var (operations, others) = (0L, 0L);
        while (true)
        {
            if (_again)
            {
                await Task.Delay(LimitWindow, time, cancellationToken).ConfigureAwait(false);
                _again = false;
                _underWay.Clear();
                (operations, others) = (0, 0);
            }

            if (outbox.Pauses.End() | _anew | IsLater)
            {
                _anew = _later = false;
                (operations, others) = (0, 0);
            }

            var entries = await outbox.ReadAsync(operations, others, ReadAtOnce, cancellationToken).ConfigureAwait(false);
            if (entries.Count > 0)
            {
                (operations, others) = entries[^1] is { IsOperation: true } operation ? (operation.Seq, others) : (operations, entries[^1].Seq);
                await PushAsync(entries, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await WaitAsync(outbox.Pauses.EndsIn, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => outbox.Filled = outbox.Resumed = null;

    private async Task PushAsync(IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var byHash = entries.Where(e => !_underWay.ContainsKey(e.Hash)).ToDictionary(e => e.Hash);
        foreach (var frame in dialect.Push([.. byHash.Values]))
        {
            while (_underWay.Count >= UnderWayMax && !_again)
            {
                await WaitAsync(null, cancellationToken).ConfigureAwait(false);
            }

            if (_again)
            {
                return;
            }

            var paused = outbox.Pauses.Paused;
            if (paused.Count > 0 && frame.Hashes.All(hash => byHash[hash] is { IsOperation: false } entry && paused.Contains(entry.Room.Value)))
            {
                // Meanwhile nothing is to go there; it is looked for again when that ends.
                continue;
            }

            if (_underWay.IsEmpty)
            {
                Volatile.Write(ref _answeredAt, time.GetTimestamp());
            }

            foreach (var hash in frame.Hashes)
            {
                _underWay[hash] = byHash[hash];
            }

            await send(frame, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsLater => _later && time.GetElapsedTime(Volatile.Read(ref _laterSince)) >= LaterAfter;

    // Waits for news: something to send, an answer, or that answers stay away for too long.
    private async Task WaitAsync(TimeSpan? pauseEnds, CancellationToken cancellationToken)
    {
        TimeSpan? atMost = !_underWay.IsEmpty ? dialect.AnswerTimeout : _later ? LaterAfter : null;
        atMost = pauseEnds is { } ends && !(ends > atMost) ? ends : atMost;
        await _bell.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(false);
        if (_underWay.IsEmpty || time.GetElapsedTime(Volatile.Read(ref _answeredAt)) < dialect.AnswerTimeout)
        {
            return;
        }

        Volatile.Write(ref _answeredAt, time.GetTimestamp());
        if (dialect.Acknowledges)
        {
            _again = true;
        }
        else
        {
            LookFor?.Invoke();
        }
    }
}
