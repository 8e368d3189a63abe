using Parley.Ids;
using Parley.Replica;
using Parley.Storage;
using Parley.Store;

namespace Parley.Peers;

/// <summary>Which hub database the cursors belong to (W35).</summary>
internal sealed class HubMemory(ISqlDriver driver, Outbox outbox)
{
    /// <summary>
    /// Compares the hub with the one that the cursors are of. Another one, or one whose database is new, is read from the beginning and
    /// offered everything that is here; it knows by hash what it has.
    /// </summary>
    public async Task MeetAsync(HubDialect dialect, ReplicaLedger ledger, RoomBook rooms, CancellationToken cancellationToken)
    {
        await MeetCommonsAsync(dialect, ledger, rooms, cancellationToken).ConfigureAwait(false);
        var answer = await driver.ReadAsync([new("SELECT value FROM meta WHERE key = 'hub'")], cancellationToken).ConfigureAwait(false);
        var known = answer[0].Rows is [[string epoch]] ? epoch : null;
        if (known == dialect.Epoch)
        {
            if (outbox.HoldsAnswered)
            {
                await ledger.WriteAsync([Outbox.AskForWaiting], _ => null, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        List<SqlStatement> statements =
        [
            new("INSERT INTO meta (key, value) VALUES ('hub', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1", dialect.Epoch),
            .. RoomBook.ToForgetNumbers(),
        ];
        if (known is not null)
        {
            statements.Add(Outbox.OfferAll(dialect.Refills));
        }

        await ledger.WriteAsync(statements, _ => null, cancellationToken).ConfigureAwait(false);
        rooms.ForgetNumbers();
        outbox.Pauses.Lift(outbox.Pauses.Paused);
    }

    // A hub that is nobody's common room has no space of everybody's to follow.
    private static async Task MeetCommonsAsync(HubDialect dialect, ReplicaLedger ledger, RoomBook rooms, CancellationToken cancellationToken)
    {
        var main = RoomNames.Space(RoomNames.MainSpace).Value;
        if (rooms[main].Followed == dialect.HasCommons)
        {
            return;
        }

        var statement = dialect.HasCommons ? RoomBook.ToFollow([main]) : RoomBook.ToUnfollow([main]);
        await ledger.WriteAsync([statement], _ => null, cancellationToken).ConfigureAwait(false);
        if (dialect.HasCommons)
        {
            rooms.Follow([main]);
        }
        else
        {
            rooms.Unfollow([main]);
        }
    }

    /// <summary>Offers everything again and reads from the beginning where the store's answer to the question says that the hub has lost something.</summary>
    public async Task<bool> RefillAsync(SqlStatement question, HubDialect dialect, ReplicaLedger ledger, RoomBook rooms, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync([question], cancellationToken).ConfigureAwait(false);
        if (answer[0].Rows.Count == 0)
        {
            return false;
        }

        await ledger.WriteAsync([Outbox.OfferAll(dialect.Refills), .. RoomBook.ToForgetNumbers()], _ => null, cancellationToken).ConfigureAwait(false);
        rooms.ForgetNumbers();
        return true;
    }

    /// <summary>These rooms have another history at the hub than the one that was read: they are read from the beginning, and offered whole.</summary>
    public async Task BeginAnewAsync(IReadOnlyCollection<string> which, ReplicaLedger ledger, RoomBook rooms, CancellationToken cancellationToken)
    {
        await ledger.WriteAsync([Outbox.OfferRooms(which), .. RoomBook.ToForgetNumbers(which)], _ => null, cancellationToken).ConfigureAwait(false);
        rooms.ForgetNumbers(which);
        outbox.Resume(which);
    }

    /// <summary>True where a change of this name is here, or waits here.</summary>
    public async Task<bool> KnowsAsync(ChangeHash hash, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync(
            [new("SELECT 1 FROM change_log WHERE hash = ?1 UNION ALL SELECT 1 FROM held WHERE hash = ?1", hash.ToBytes())], cancellationToken).ConfigureAwait(false);
        return answer[0].Rows.Count > 0;
    }
}
