using Microsoft.Extensions.Logging;
using System.Threading.Channels;
using Parley.Access;
using Parley.Frames;
using Parley.Ids;
using Parley.Live;
using Parley.Nodes;
using Parley.Replica;
using Parley.Storage;
using Parley.Store;

namespace Parley.Peers;

/// <summary>The one worker of a session: applies pages, live changes, acknowledgements and refusals in the order of their arrival.</summary>
/// <remarks>Its queue is bounded: a hub that is faster than this replica's disk waits in the link.</remarks>
internal sealed class HubInbox(SyncParts parts, HubDialect dialect, Pusher pusher, Func<byte[], CancellationToken, ValueTask> send, Action<bool> caughtUp)
{
    private const int QueueMax = 512;

    // In a browser's one thread a batch must stay well below what a person would notice.
    private static readonly int ApplyAtOnce = OperatingSystem.IsBrowser() ? 100 : 500;

    private readonly CatchUp _catchUp = new(dialect, parts.Rooms);
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly List<(WireOffer Offer, string Room, long? Seq)> _live = [];
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private Task _commit = Task.CompletedTask;
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
            _live.Add((new(live.Change.Change, new(live.Room)), live.Room, live.Change.Seq));
            if (_live.Count >= ApplyAtOnce)
            {
                await FlushLiveAsync(cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (work is Work.Received { Frame: HubFrame.NodeChangeBatch batch })
        {
            _live.AddRange(batch.Changes.Select(c => (new WireOffer(c.Change, new(batch.Room)), batch.Room, c.Seq)));
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
                read.Rooms.ToList().ForEach(room => _catchUp.Want(room));
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

    // Nothing of it will come: it keeps nobody from being caught up.
    private void OnDenied(string room)
    {
        _begun.Add(room);
        _begunCount = _begun.Count;
        if (parts.Rooms.ClaimOf(room) is { } claim)
        {
            _catchUp.WantLog(room, claim);
        }
        else if (dialect.Acknowledges && AccessDomains.IsHomeOfLog(room))
        {
            // Whoever was removed is shown the operation that says so.
            _catchUp.WantLog(room, null);
        }
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
        var entry = _catchUp.OnPage(page);

        // The next page is on its way while this one is applied.
        await RequestAsync(cancellationToken).ConfigureAwait(false);
        var room = new RoomId(page.Room);
        var chunks = page.Changes.Select(c => new WireOffer(c.Change, room)).Chunk(ApplyAtOnce).ToList();
        for (var i = 0; i < chunks.Count - 1; i++)
        {
            await SubmitAsync(chunks[i], [], cancellationToken).ConfigureAwait(false);
        }

        await SubmitAsync(chunks.Count == 0 ? [] : chunks[^1], entry is { } read ? [(page.Room, read)] : [], cancellationToken).ConfigureAwait(false);
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

        var offers = _live.ConvertAll(l => l.Offer);
        var read = new Dictionary<string, RoomEntry>(StringComparer.Ordinal);
        foreach (var (_, room, seq) in _live)
        {
            if (seq is { } number && _catchUp.OnNumber(room, number) is { } entry)
            {
                read[room] = entry;
            }
        }

        _live.Clear();
        await SubmitAsync(offers, [.. read.Select(r => (r.Key, r.Value))], cancellationToken).ConfigureAwait(false);
        await RequestAsync(cancellationToken).ConfigureAwait(false);
    }

    // Verifies while the batch before is being written; commits keep their order, so no cursor overtakes its changes.
    private async Task SubmitAsync(IReadOnlyList<WireOffer> offers, IReadOnlyList<(string Room, RoomEntry Entry)> read, CancellationToken cancellationToken)
    {
        var prepare = parts.Apply.PrepareAsync(offers, cancellationToken);
        try
        {
            await CommittedAsync().ConfigureAwait(false);
        }
        finally
        {
            await ((Task)prepare).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _commit = CommitAsync(await prepare.ConfigureAwait(false), read, cancellationToken);
    }

    private async Task CommitAsync(PreparedBatch batch, IReadOnlyList<(string Room, RoomEntry Entry)> read, CancellationToken cancellationToken)
    {
        var options = new CommitOptions(FromHub: true, Alongside: () => read.Select(r => RoomBook.Read(r.Room, r.Entry)));
        var verdicts = await parts.Apply.CommitAsync(batch, options, cancellationToken).ConfigureAwait(false);
        foreach (var (room, entry) in read)
        {
            parts.Rooms.Learn(room, entry);
        }

        pusher.Answered([.. batch.Known, .. batch.Verified.Select(v => v.Change.Hash)]);
        if (parts.Log.IsEnabled(LogLevel.Debug))
        {
            SyncLog.Applied(
                parts.Log, verdicts.Count(v => v is NodeVerdict.Accepted), verdicts.Count(v => v is NodeVerdict.Held),
                verdicts.Count(v => v is NodeVerdict.Refused), verdicts.Count(v => v is NodeVerdict.Duplicate));
        }
    }

    private async Task CommittedAsync()
    {
        var commit = _commit;
        _commit = Task.CompletedTask;
        await commit.ConfigureAwait(false);
    }

    private void LookFor()
    {
        if (!_lookedFor && dialect.Confirm(pusher.UnderWay) is { } place)
        {
            _lookedFor = true;
            _catchUp.Want(place.Room.Value, place.Cursor);
        }
    }

    private async Task OnAckAsync(HubFrame.NodeAck ack, CancellationToken cancellationToken)
    {
        RoomEntry? read = null;
        foreach (var (_, seq) in ack.Acks)
        {
            read = _catchUp.OnNumber(ack.Room, seq) ?? read;
        }

        await SettleAsync(
            ack.Acks.Select(a => a.Hash).ToList(), Outbox.Settle(ack.Acks.Select(a => a.Hash)), read is { } entry ? (ack.Room, entry) : null, cancellationToken).ConfigureAwait(false);
    }

    private async Task OnErrorAsync(HubFrame.NodeError error, CancellationToken cancellationToken)
    {
        if (error.Hash is not { } hash)
        {
            if (error.Room is { } room)
            {
                _catchUp.OnRefused(room);
            }

            return;
        }

        switch (HubRefusals.MeaningOf(error.Code))
        {
            case RefusalMeaning.Known:
                await SettleAsync([hash], Outbox.Settle([hash]), null, cancellationToken).ConfigureAwait(false);
                break;
            case RefusalMeaning.Final:
                SyncLog.ChangeRefused(parts.Log, error.Code);
                await SettleAsync([hash], Outbox.Fail(hash, error.Code), null, cancellationToken).ConfigureAwait(false);
                break;
            case RefusalMeaning.NotNow:
                pusher.Later(hash);
                break;
            case RefusalMeaning.OnceAdmitted:
                pusher.Answered([hash]);
                break;
        }
    }

    private async Task SettleAsync(
        IReadOnlyList<ChangeHash> hashes, SqlStatement statement, (string Room, RoomEntry Entry)? read, CancellationToken cancellationToken)
    {
        await CommittedAsync().ConfigureAwait(false);
        List<SqlStatement> statements = [Outbox.Touched(hashes), statement];
        if (read is { } place)
        {
            statements.Add(RoomBook.Read(place.Room, place.Entry));
        }

        await parts.Apply.WriteAsync(statements, answer => Outbox.AdvanceOf(answer[0]), cancellationToken).ConfigureAwait(false);
        if (read is { } kept)
        {
            parts.Rooms.Learn(kept.Room, kept.Entry);
        }

        pusher.Answered(hashes);
    }

    // A hub without an epoch shows its loss in a page; it is looked for once a session.
    private async Task RefillAsync(HubFrame.SyncResponse page, CancellationToken cancellationToken)
    {
        if (_lossLookedFor || dialect.LossIn(page) is not { } question)
        {
            return;
        }

        _lossLookedFor = true;
        await CommittedAsync().ConfigureAwait(false);
        if (await parts.Memory.RefillAsync(question, dialect, parts.Apply, parts.Rooms, cancellationToken).ConfigureAwait(false))
        {
            pusher.Again();
        }
    }
}
