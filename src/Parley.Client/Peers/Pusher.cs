using System.Collections.Concurrent;
using Parley.Ids;
using Parley.Live;
using Parley.Store;

namespace Parley.Peers;

/// <summary>Pushes the outbox to one hub session: in slabs, with a bounded number under way, again when no answer comes.</summary>
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

    /// <summary>Pushes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        outbox.Filled = _bell.Ring;
        long sent = 0;
        while (true)
        {
            if (_again || IsLater)
            {
                await Task.Delay(LimitWindow, time, cancellationToken).ConfigureAwait(false);
                _again = _later = false;
                _underWay.Clear();
                sent = 0;
            }

            var entries = await outbox.ReadAsync(sent, ReadAtOnce, cancellationToken).ConfigureAwait(false);
            if (entries.Count > 0)
            {
                await PushAsync(entries, cancellationToken).ConfigureAwait(false);
                sent = entries[^1].Seq;
                continue;
            }

            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => outbox.Filled = null;

    private async Task PushAsync(IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var byHash = entries.ToDictionary(e => e.Hash);
        foreach (var frame in dialect.Push(entries))
        {
            while (_underWay.Count >= UnderWayMax && !_again)
            {
                await WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_again)
            {
                return;
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
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan? atMost = !_underWay.IsEmpty ? dialect.AnswerTimeout : _later ? LaterAfter : null;
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
