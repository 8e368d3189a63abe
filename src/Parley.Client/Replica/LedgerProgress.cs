using Parley.Ids;
using Parley.Ledger;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

/// <summary>
/// What a commit means for how far rooms are read: no cursor passes what is neither filed nor held nor refused for good. And what is offered
/// to the hub again because memberships moved.
/// </summary>
internal sealed class LedgerProgress(ISqlDriver driver, RoomBook rooms, Outbox outbox, TimeProvider time)
{
    /// <summary>What a commit comes to. It changes nothing before <see cref="Learn"/>.</summary>
    /// <param name="Read">How far rooms are read.</param>
    /// <param name="Redos">What of rooms has to be read again; null: nothing any more.</param>
    /// <param name="OfferedAgain">Rooms in which the hub is offered again what it keeps waiting or has refused.</param>
    public sealed record Plan(IReadOnlyList<RoomReading> Read, IReadOnlyDictionary<string, Redo?> Redos, IReadOnlyList<string> OfferedAgain)
    {
        /// <summary>What keeps it.</summary>
        public IEnumerable<SqlStatement> Statements() => Read.Select(read => RoomBook.Write(read))
            .Concat(Redos.SelectMany(redo => Redo.Write(redo.Key, redo.Value)))
            .Concat(OfferedAgain.Count > 0 ? [Outbox.OfferAgain(OfferedAgain)] : []);
    }

    /// <summary>What a decision comes to.</summary>
    public async ValueTask<Plan> OfAsync(LedgerTurn turn, IReadOnlyCollection<NodeChange> nodes, CommitOptions options, CancellationToken cancellationToken)
    {
        var transitions = turn.Transaction.Decision.Transitions;
        var domains = transitions.OfType<Transition.DomainSet>().Select(set => set.Domain).ToHashSet();
        List<RoomReading> read = [.. (options.Read ?? []).Where(one => rooms.IsCurrent(one))];
        var redos = new Dictionary<string, Redo?>(StringComparer.Ordinal);
        if (rooms.Dropped() is { Count: > 0 } dropped)
        {
            var moved = MovedBy(turn, nodes, domains);
            var freed = transitions.OfType<Transition.Ended>().Where(one => one.End is WaitEnd.Filed or WaitEnd.Refused)
                .Select(one => one.Row.Room.Value).ToHashSet(StringComparer.Ordinal);
            foreach (var (room, redo) in dropped)
            {
                var isDue = freed.Contains(room) || redo.HangsOn(moved) || redo.IsInTime(LatestWallMs(turn), turn.Transaction.Clock!.Highest)
                    || (moved.Count > 0 && HangsOn((await turn.RulingOfAsync(new(room), cancellationToken).ConfigureAwait(false)).Rule, moved));
                if (isDue && redo.Due(CursorOf(room)) is var due && due != redo)
                {
                    redos[room] = due;
                }
            }
        }

        // Before what this commit drops: that is dropped by the pass.
        if (options.PassBegun is { } begun && RedoOf(begun.Room) is { } unread)
        {
            redos[begun.Room] = unread.Begin(begun);
        }

        // A room that nobody follows is read from its start if somebody ever does.
        foreach (var reread in transitions.OfType<Transition.Reread>().Where(reread => rooms[reread.Room.Value].Followed))
        {
            redos[reread.Room.Value] = Redo.Drop(RedoOf(reread.Room.Value), DroppedChange.Of(reread.Dropped));
        }

        if (options.Pass is { } pass && RedoOf(pass.Room) is { } before)
        {
            redos[pass.Room] = before.After(pass, CursorOf(pass.Room), time.GetTimestamp());
        }

        return new(read, redos, domains.Count > 0 && outbox.HoldsAnswered ? await AnsweredUnderAsync(turn, domains, cancellationToken).ConfigureAwait(false) : []);

        long CursorOf(string room) => read.Where(one => one.Room == room).Select(one => (long?)one.Cursor).LastOrDefault() ?? rooms[room].Cursor;
        Redo? RedoOf(string room) => redos.TryGetValue(room, out var redo) ? redo : rooms[room].Redo;
    }

    /// <summary>It is on disk.</summary>
    public void Learn(Plan plan)
    {
        foreach (var read in plan.Read)
        {
            rooms.Learn(read);
        }

        foreach (var (room, redo) in plan.Redos)
        {
            rooms.Learn(room, redo);
        }

        outbox.Resume(plan.OfferedAgain);
    }

    private static long LatestWallMs(LedgerTurn turn) => turn.Transaction.NowMs + LamportWindow.WallTimeLeadMsMax;

    // The nodes that got a root, another one, or are shown or hidden; the access scopes whose logs hold more than before; and threads that
    // hang on one of the nodes.
    private static HashSet<string> MovedBy(LedgerTurn turn, IReadOnlyCollection<NodeChange> nodes, HashSet<NodeId> domains)
    {
        var moved = domains.Select(domain => domain.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var node in nodes.Where(node => node.NewRoot is not null || node.Before?.IsHidden != node.After.IsHidden))
        {
            moved.Add(node.After.Id.Value);
            if (turn.IsAwaited(node.After.Id))
            {
                moved.Add(RoomNames.ThreadOf(node.After.Id).Value);
            }
        }

        return moved;
    }

    private static bool HangsOn(RoomRule rule, HashSet<string> moved) => rule switch
    {
        RoomRule.Log(var domain) => moved.Contains(domain.Value),
        RoomRule.People(var channel, _) => moved.Contains(channel.Value),
        RoomRule.Unknown(var waitsFor) => moved.Contains(waitsFor.Value),
        _ => false,
    };

    // The rooms under these logs in which the hub keeps something waiting, or has refused it.
    private async ValueTask<IReadOnlyList<string>> AnsweredUnderAsync(LedgerTurn turn, HashSet<NodeId> domains, CancellationToken cancellationToken)
    {
        var answer = await driver.ReadAsync([Outbox.AnsweredRooms], cancellationToken).ConfigureAwait(false);
        List<string> under = [];
        foreach (var room in answer[0].Rows.Select(row => (string)row[0]!).Union(outbox.Pauses.Rooms, StringComparer.Ordinal).ToList())
        {
            if ((await turn.RulingOfAsync(new(room), cancellationToken).ConfigureAwait(false)).Rule.Scope is { } scope && domains.Contains(scope))
            {
                under.Add(room);
            }
        }

        return under;
    }
}
