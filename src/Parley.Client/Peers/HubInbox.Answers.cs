using Parley.Frames;
using Parley.Ids;
using Parley.Live;
using Parley.Replica;
using Parley.Storage;
using Parley.Store;
using Parley.Views;

namespace Parley.Peers;

// What the hub says about what was pushed, and what it turns out to have lost.
internal sealed partial class HubInbox
{
    private bool _hasOtherHistory;

    private void LookFor()
    {
        if (!_lookedFor && dialect.Confirm(pusher.UnderWay) is { } place)
        {
            _lookedFor = true;
            _catchUp.Want(place.Room.Value, place.Cursor);
        }
    }

    // A number says that the hub has it in its log; without one it only keeps it.
    private async Task OnAckAsync(HubFrame.NodeAck ack, CancellationToken cancellationToken)
    {
        RoomReading? read = null;
        List<ChangeHash> filed = [], waiting = [];
        foreach (var (hash, seq) in ack.Acks)
        {
            (seq > 0 ? filed : waiting).Add(hash);
            read = seq > 0 ? _catchUp.OnNumber(ack.Room, seq, hash) ?? read : read;
        }

        List<SqlStatement> statements = [.. filed.Count > 0 ? Outbox.Settle(filed) : [], .. waiting.Count > 0 ? [Outbox.Waits(waiting)] : Array.Empty<SqlStatement>()];
        await WriteAsync([.. filed, .. waiting], statements, read, cancellationToken).ConfigureAwait(false);
        pusher.Filed(ack.Room, filed);
        pusher.Waits(ack.Room, waiting);
    }

    private async Task OnErrorAsync(HubFrame.NodeError error, CancellationToken cancellationToken)
    {
        if (error.Hash is not { } hash)
        {
            if (error.Room is { } room && !_catchUp.OnRefused(room))
            {
                pusher.Refused(room);
            }

            return;
        }

        switch (HubRefusals.MeaningOf(error.Code))
        {
            case RefusalMeaning.Known:
                await WriteAsync([hash], Outbox.Settle([hash]), null, cancellationToken).ConfigureAwait(false);
                pusher.Answered([hash]);
                break;
            case RefusalMeaning.AsThingsStand:
                SyncLog.ChangeRefused(parts.Log, error.Code);
                await WriteAsync([hash], [Outbox.Fail(hash, error.Code)], null, cancellationToken).ConfigureAwait(false);
                pusher.Answered([hash]);
                break;
            case RefusalMeaning.NotHere when error.Room is { } room:
                pusher.Pause(hash, room);
                break;
            case RefusalMeaning.NotNow or RefusalMeaning.NotHere:
                pusher.Later(hash);
                break;
            case RefusalMeaning.OnceAdmitted:
                pusher.Answered([hash]);
                break;
        }
    }

    private async Task WriteAsync(
        IReadOnlyList<ChangeHash> hashes, IReadOnlyList<SqlStatement> statements, RoomReading? read, CancellationToken cancellationToken)
    {
        await CommittedAsync().ConfigureAwait(false);
        await parts.Ledger.WriteAsync(
            [Outbox.Touched(hashes), .. statements], answer => Advance.Of(answer[0]), cancellationToken, read).ConfigureAwait(false);
    }

    // Rooms that are open to us, perhaps since now: what was refused or waits there may be taken.
    private async Task OfferAgainAsync(IReadOnlyList<string> rooms, CancellationToken cancellationToken)
    {
        if (rooms.Count > 0 && parts.Outbox.HoldsAnswered)
        {
            await CommittedAsync().ConfigureAwait(false);
            await parts.Ledger.WriteAsync([Outbox.OfferAgain(rooms)], _ => null, cancellationToken).ConfigureAwait(false);
            parts.Outbox.Resume(rooms);
        }
    }

    // The numbers here are those of a history that the hub has not: it was set back, and others may have used them anew.
    private async Task BeginAnewAsync(string room, CancellationToken cancellationToken)
    {
        await CommittedAsync().ConfigureAwait(false);
        HashSet<string> rooms = [room, .. _hasOtherHistory ? [] : _catchUp.NotAsked()];
        _hasOtherHistory = true;
        SyncLog.OtherHistory(parts.Log, rooms.Count);
        await parts.Memory.BeginAnewAsync(rooms, parts.Ledger, parts.Rooms, cancellationToken).ConfigureAwait(false);
        foreach (var each in rooms)
        {
            _catchUp.BeginAnew(each);
        }
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
        if (await parts.Memory.RefillAsync(question, dialect, parts.Ledger, parts.Rooms, cancellationToken).ConfigureAwait(false))
        {
            pusher.Again();
        }
    }
}
