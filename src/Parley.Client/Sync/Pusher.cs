using System.Collections.Concurrent;
using Parley.Nodes;

namespace Parley.Sync;

/// <summary>Pushes the outbox to one hub session: in slabs, with a bounded number under way, again when no answer comes.</summary>
/// <remarks>What a session leaves unacknowledged the next one sends again, for ever, in any order.</remarks>
internal sealed class Pusher(Outbox outbox, HubDialect dialect, Func<PushFrame, CancellationToken, ValueTask> send, TimeProvider time) : IDisposable
{
    private const int UnderWayMax = 2_000;
    private const int ReadAtOnce = 1_000;

    /// <summary>The window of a hub's rate limit, and a little.</summary>
    private static readonly TimeSpan LimitWindow = TimeSpan.FromMilliseconds(1_100);

    private readonly ConcurrentDictionary<ChangeHash, OutboxEntry> _underWay = new();
    private readonly Bell _bell = new();
    private long _answeredAt = time.GetTimestamp();
    private volatile bool _again;
    private volatile bool _stopped;

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

    /// <summary>The hub takes nothing more now (quota, disk): the next session tries again.</summary>
    public void Stop()
    {
        _stopped = true;
        _bell.Ring();
    }

    /// <summary>Pushes until cancelled or stopped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        outbox.Filled = _bell.Ring;
        long sent = 0;
        while (!_stopped)
        {
            if (_again)
            {
                await Task.Delay(LimitWindow, time, cancellationToken).ConfigureAwait(false);
                _again = false;
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
            while (_underWay.Count >= UnderWayMax && !_again && !_stopped)
            {
                await WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_again || _stopped)
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

    // Waits for news: something to send, an answer, or that answers stay away for too long.
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _bell.WaitAsync(_underWay.IsEmpty ? null : dialect.AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
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
