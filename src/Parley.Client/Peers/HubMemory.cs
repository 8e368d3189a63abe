using Parley.Ids;
using Parley.Replica;
using Parley.Storage;
using Parley.Store;

namespace Parley.Peers;

/// <summary>Which hub database the cursors belong to (W35).</summary>
internal sealed class HubMemory(ISqlDriver driver)
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
            return;
        }

        List<SqlStatement> statements =
        [
            new("INSERT INTO meta (key, value) VALUES ('hub', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1", dialect.Epoch),
            rooms.ForgetCursors(),
        ];
        if (known is not null)
        {
            statements.AddRange(Outbox.OfferAll(dialect.Refills));
        }

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

        await apply.WriteAsync([.. Outbox.OfferAll(dialect.Refills), rooms.ForgetCursors()], _ => null, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
