using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Frames;
using Parley.Ids;
using Parley.Ledger;
using Parley.Live;
using Parley.Replica;

namespace Parley.Peers;

/// <summary>The one worker of a session: applies pages, live changes, acknowledgements and refusals in the order of their arrival.</summary>
/// <remarks>Its queue is bounded: a hub that is faster than this replica's disk waits in the link.</remarks>
internal sealed partial class HubInbox(SyncParts parts, HubDialect dialect, Pusher pusher, Func<byte[], CancellationToken, ValueTask> send, Action<bool> caughtUp)
{
    private const int QueueMax = 512;

    // In a browser's one thread a batch must stay well below what a person would notice.
    private static readonly int ApplyAtOnce = OperatingSystem.IsBrowser() ? 100 : 500;

    private readonly CatchUp _catchUp = new(dialect, parts.Rooms, new(parts.Ledger, parts.Rooms), parts.Me, parts.Time);
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly List<WireOffer> _live = [];
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private Task _commit = Task.CompletedTask;

    // The room whose pass ends with that commit.
    private string? _passOver;
    private bool _lookedFor;
    private bool _lossLookedFor;
    private volatile bool _isCaughtUp;
    private volatile int _begunCount;
    private volatile int _answers;

    /// <summary>True while everything that the hub has is here.</summary>
    public bool IsCaughtUp => _isCaughtUp && _begunCount >= parts.Rooms.FollowedCount;

    /// <summary>Counts what the hub answered to subscriptions and requests.</summary>
    public int Answers => _answers;

    /// <summary>What the worker is handed.</summary>
    public abstract record Work
    {
        /// <summary>A frame from the hub.</summary>
        public sealed record Received(HubFrame Frame) : Work;

        /// <summary>Rooms to read.</summary>
        public sealed record Read(IReadOnlyList<string> Rooms) : Work;

        /// <summary>A room that is not open to us now; the hub says when it is.</summary>
        public sealed record Denied(string Room) : Work;

        /// <summary>Find out which pushed changes arrived.</summary>
        public sealed record Look : Work;

        /// <summary>Read again what was dropped, where that is due.</summary>
        public sealed record Reread : Work;
    }

    /// <summary>Hands over work, waiting while the queue is full.</summary>
    public ValueTask AddAsync(Work work, CancellationToken cancellationToken) => _queue.Writer.WriteAsync(work, cancellationToken);

    /// <summary>Hands over work that may be dropped when the queue is full, because it will be asked for again.</summary>
    public void TryAdd(Work work) => _queue.Writer.TryWrite(work);

    /// <summary>Works until cancelled, or until the store fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out var work))
                {
                    await DoAsync(work, cancellationToken).ConfigureAwait(false);
                }

                await FlushLiveAsync(cancellationToken).ConfigureAwait(false);

                // A room that is followed since a moment ago is not here before its subscription stands and its page came; what is being
                // committed may tell of such rooms.
                if (HasAll)
                {
                    await CommittedAsync().ConfigureAwait(false);
                    await RequestAsync(cancellationToken).ConfigureAwait(false);
                    if (HasAll)
                    {
                        Show(true);
                    }
                }
            }
        }
        finally
        {
            // Whatever was begun is finished before the next session begins.
            await CommittedAsync().ConfigureAwait(false);
        }
    }

    private bool HasAll => _catchUp.IsIdle && _begun.Count >= parts.Rooms.FollowedCount;

    private async Task DoAsync(Work work, CancellationToken cancellationToken)
    {
        if (work is Work.Received { Frame: HubFrame.NodeChange live })
        {
            _live.Add(new(live.Change.Change, new(live.Room), live.Change.Seq));
            if (_live.Count >= ApplyAtOnce)
            {
                await FlushLiveAsync(cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (work is Work.Received { Frame: HubFrame.NodeChangeBatch batch })
        {
            _live.AddRange(batch.Changes.Select(c => new WireOffer(c.Change, new(batch.Room), c.Seq)));
            await FlushLiveAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        // Everything else keeps its place behind the live changes that came before it.
        await FlushLiveAsync(cancellationToken).ConfigureAwait(false);
        switch (work)
        {
            case Work.Read read:
                _answers++;
                _begun.UnionWith(read.Rooms);
                _begunCount = _begun.Count;
                read.Rooms.ToList().ForEach(_catchUp.Open);
                await OfferAgainAsync(read.Rooms, cancellationToken).ConfigureAwait(false);
                break;
            case Work.Denied denied:
                OnDenied(denied.Room);
                break;
            case Work.Look:
                LookFor();
                break;
            case Work.Received { Frame: HubFrame.SyncResponse page }:
                await OnPageAsync(page, cancellationToken).ConfigureAwait(false);
                break;
            case Work.Received { Frame: HubFrame.NodeAck ack }:
                await OnAckAsync(ack, cancellationToken).ConfigureAwait(false);
                break;
            case Work.Received { Frame: HubFrame.NodeError error }:
                await OnErrorAsync(error, cancellationToken).ConfigureAwait(false);
                break;
            case Work.Received { Frame: HubFrame.Cleared cleared }:
                _catchUp.Want(cleared.Room, 0);
                break;
            default:
                break;
        }

        await RequestAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Show(bool isCaughtUp)
    {
        _isCaughtUp = isCaughtUp;
        caughtUp(isCaughtUp);
    }

    // Nothing of it will come: it keeps nobody from being caught up. Whoever was removed is shown the operation that says so.
    private void OnDenied(string room)
    {
        _begun.Add(room);
        _begunCount = _begun.Count;
        var claim = parts.Rooms.ClaimOf(room);
        _catchUp.Deny(room, claim, hasLog: claim is not null || (dialect.Acknowledges && AccessDomains.IsHomeOfLog(room)));
    }

    private async Task RequestAsync(CancellationToken cancellationToken)
    {
        foreach (var request in _catchUp.Requests())
        {
            Show(false);
            await send(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task OnPageAsync(HubFrame.SyncResponse page, CancellationToken cancellationToken)
    {
        _answers++;
        var taken = _catchUp.OnPage(page);
        if (taken.IsOtherHistory || (taken.Unproven is { } name && !await parts.Memory.KnowsAsync(name, cancellationToken).ConfigureAwait(false)))
        {
            await BeginAnewAsync(page.Room, cancellationToken).ConfigureAwait(false);
            return;
        }

        // The next page is on its way while this one is applied.
        await RequestAsync(cancellationToken).ConfigureAwait(false);
        var room = new RoomId(page.Room);

        // A hub that does not number its changes gave them all after what was asked for.
        var chunks = page.Changes.Select(c => new WireOffer(c.Change, room, c.Seq ?? taken.AskedFrom + 1)).Chunk(ApplyAtOnce).ToList();
        CommitOptions options = new(PassBegun: taken.PassBegun);
        foreach (var chunk in chunks.SkipLast(1))
        {
            await SubmitAsync(chunk, options, cancellationToken).ConfigureAwait(false);
            options = default;
        }

        options = options with { Read = taken.Read is { } read ? [read] : null, Pass = taken.Pass };
        await SubmitAsync(chunks.Count == 0 ? [] : chunks[^1], options, cancellationToken).ConfigureAwait(false);
        _passOver = taken.Pass is { IsLast: true } ? page.Room : _passOver;
        await RefillAsync(page, cancellationToken).ConfigureAwait(false);

        if (_lookedFor && _catchUp.IsIdle)
        {
            // What the own room does not show has not arrived.
            _lookedFor = false;
            await CommittedAsync().ConfigureAwait(false);
            pusher.Again();
        }
    }

    private async Task FlushLiveAsync(CancellationToken cancellationToken)
    {
        if (_live.Count == 0)
        {
            return;
        }

        var offers = new List<WireOffer>(_live.Count);
        var read = new Dictionary<string, RoomReading>(StringComparer.Ordinal);
        foreach (var live in _live)
        {
            var taken = _catchUp.OnLive(live.Room.Value, live.Number, CatchUp.HashOf(live.Wire));
            if (taken.IsTaken)
            {
                offers.Add(live);
            }

            if (taken.Read is { } reading)
            {
                read[live.Room.Value] = reading;
            }
        }

        _live.Clear();
        if (offers.Count > 0)
        {
            await SubmitAsync(offers, new(Read: read.Values), cancellationToken).ConfigureAwait(false);
        }

        await RequestAsync(cancellationToken).ConfigureAwait(false);
    }

    // Verifies while the batch before is being written; commits keep their order, so no cursor overtakes its changes.
    private async Task SubmitAsync(IReadOnlyList<WireOffer> offers, CommitOptions options, CancellationToken cancellationToken)
    {
        var prepare = parts.Ledger.VerifyAsync(offers, cancellationToken);
        try
        {
            await CommittedAsync().ConfigureAwait(false);
        }
        finally
        {
            await ((Task)prepare).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _commit = CommitAsync(await prepare.ConfigureAwait(false), options with { FromHub = true }, cancellationToken);
    }

    private async Task CommitAsync(VerifiedBatch batch, CommitOptions options, CancellationToken cancellationToken)
    {
        var verdicts = await parts.Ledger.CommitAsync(batch, options, cancellationToken).ConfigureAwait(false);
        pusher.Answered(batch.Hashes);
        if (parts.Log.IsEnabled(LogLevel.Debug))
        {
            SyncLog.Applied(
                parts.Log, verdicts.Count(v => v is Verdict.Accepted), verdicts.Count(v => v is Verdict.Held),
                verdicts.Count(v => v is Verdict.Refused), verdicts.Count(v => v is Verdict.Duplicate));
        }
    }

    private async Task CommittedAsync()
    {
        var (commit, passOver) = (_commit, _passOver);
        (_commit, _passOver) = (Task.CompletedTask, null);
        await commit.ConfigureAwait(false);
        if (passOver is not null)
        {
            _catchUp.EndPass(passOver);
        }
    }
}
