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
    public async Task MeetAsync(HubDialect dialect, ApplyPath apply, RoomBook rooms, CancellationToken cancellationToken)
    {
        await MeetCommonsAsync(dialect, apply, rooms, cancellationToken).ConfigureAwait(false);
        var answer = await driver.ReadAsync([new("SELECT value FROM meta WHERE key = 'hub'")], cancellationToken).ConfigureAwait(false);
        var known = answer[0].Rows is [[string epoch]] ? epoch : null;
        if (known == dialect.Epoch)
        {
            if (outbox.HoldsAnswered)
            {
                await apply.WriteAsync([Outbox.AskForWaiting], _ => null, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        List<SqlStatement> statements =
        [
            new("INSERT INTO meta (key, value) VALUES ('hub', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1", dialect.Epoch),
            .. rooms.ForgetNumbers(),
        ];
        if (known is not null)
        {
            statements.Add(Outbox.OfferAll(dialect.Refills));
        }

        outbox.Pauses.Lift(outbox.Pauses.Paused);

        await apply.WriteAsync(statements, _ => null, cancellationToken).ConfigureAwait(false);
    }

    // A hub that is nobody's common room has no space of everybody's to follow.
    private static async Task MeetCommonsAsync(HubDialect dialect, ApplyPath apply, RoomBook rooms, CancellationToken cancellationToken)
    {
        var main = RoomNames.Space(RoomNames.MainSpace).Value;
        if ((dialect.HasCommons ? rooms.Follow(main) : rooms.Unfollow(main)) is { } statement)
        {
            await apply.WriteAsync([statement], _ => null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Offers everything again and reads from the beginning where the store's answer to the question says that the hub has lost something.</summary>
    public async Task<bool> RefillAsync(SqlStatement question, HubDialect dialect, ApplyPath apply, RoomBook rooms, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync([question], cancellationToken).ConfigureAwait(false);
        if (answer[0].Rows.Count == 0)
        {
            return false;
        }

        await apply.WriteAsync([Outbox.OfferAll(dialect.Refills), .. rooms.ForgetNumbers()], _ => null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>These rooms have another history at the hub than the one that was read: they are read from the beginning, and offered whole.</summary>
    public async Task BeginAnewAsync(IReadOnlyCollection<string> which, ApplyPath apply, RoomBook rooms, CancellationToken cancellationToken)
    {
        await apply.WriteAsync([Outbox.OfferRooms(which), .. rooms.ForgetNumbers(which)], _ => null, cancellationToken).ConfigureAwait(false);
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
