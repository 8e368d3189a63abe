using Parley.Ids;
using Parley.Nodes;
using Parley.Storage;
using Parley.Store;

namespace Parley.Replica;

// What a commit means for how far rooms are read: no cursor passes what is neither filed nor held nor refused for good.
internal sealed partial class ApplyPath
{
    /// <summary>How far rooms are read with a commit, and what of them has to be read again.</summary>
    private sealed record Progress(RoomBook Rooms, IReadOnlyList<RoomReading> Read, IReadOnlyDictionary<string, Redo?> Redos)
    {
        public IEnumerable<SqlStatement> Statements =>
            Read.Select(read => RoomBook.Write(read)).Concat(Redos.SelectMany(redo => Redo.Write(redo.Key, redo.Value)));

        /// <summary>After the commit.</summary>
        public void Learn()
        {
            foreach (var read in Read)
            {
                Rooms.Learn(read);
            }

            foreach (var (room, redo) in Redos)
            {
                Rooms.Learn(room, redo);
            }
        }
    }

    // The nodes that got a root, or another one, and the domains whose logs hold more than before.
    private HashSet<string> MovedBy(ApplyBatch batch, MembershipEffects? effects, List<NodeId>? regoverned)
    {
        var moved = batch.ToPlace.Select(create => create.Node).Concat(batch.Shown).Concat(regoverned ?? []).Select(node => node.Value).ToHashSet(StringComparer.Ordinal);
        moved.UnionWith(DomainsMovedBy(effects).Select(domain => domain.Value));
        return moved;
    }

    // A private channel's log stands over its space's.
    private IEnumerable<NodeId> DomainsMovedBy(MembershipEffects? effects) => effects is null ? [] : effects.Touched.Keys.Where(domain =>
        effects.HasMoved(domain) || (memberships.Find(domain)?.Space is { } space && effects.HasMoved(space.Domain)));

    private Progress ProgressOf(ApplyBatch batch, MembershipEffects? effects, HashSet<string> moved, in CommitOptions options)
    {
        List<RoomReading> read = [.. (options.Read ?? []).Where(r => rooms.IsCurrent(r))];
        var redos = new Dictionary<string, Redo?>(StringComparer.Ordinal);
        foreach (var (room, redo) in rooms.Dropped())
        {
            var due = batch.Freed.Contains(room) || redo.HangsOn(moved) || redo.IsInTime(LatestWallMs, clock.Highest) || HasMoved(room, moved)
                ? redo.Due(CursorOf(room))
                : redo;
            if (due != redo)
            {
                redos[room] = due;
            }
        }

        // Before what this commit drops: that is dropped by the pass.
        if (options.PassBegun is { } begun && RedoOf(begun.Room) is { } unread)
        {
            redos[begun.Room] = unread.Begin(begun);
        }

        // A room that nobody follows is read from its start if somebody ever does.
        foreach (var dropped in batch.Dropped.Concat(effects?.Dropped ?? []).Where(d => rooms[d.Room.Value].Followed))
        {
            redos[dropped.Room.Value] = Redo.Drop(RedoOf(dropped.Room.Value), dropped);
        }

        if (options.Pass is { } pass && RedoOf(pass.Room) is { } before)
        {
            redos[pass.Room] = before.After(pass, CursorOf(pass.Room), time.GetTimestamp());
        }

        return new(rooms, read, redos);

        long CursorOf(string room) => read.Where(r => r.Room == room).Select(r => (long?)r.Cursor).LastOrDefault() ?? rooms[room].Cursor;
        Redo? RedoOf(string room) => redos.TryGetValue(room, out var redo) ? redo : rooms[room].Redo;
    }

    // What the room's own rule hangs on.
    private bool HasMoved(string room, HashSet<string> moved) => moved.Count > 0 && memberships.Rights.Of(new(room)) switch
    {
        RoomRights.Governed { Log: var log } => moved.Contains(log.Domain.Value),
        RoomRights.People { Channel: var channel } => moved.Contains(channel.Value),
        RoomRights.Unknown { WaitsFor: var waitsFor } => moved.Contains(waitsFor.Value),
        _ => false,
    };

    // What a hub keeps waiting or has refused is offered again where memberships moved.
    private IReadOnlyList<string> RoomsToOfferAgain(MembershipEffects? effects) =>
        effects is not null && outbox.HoldsAnswered ? memberships.Rights.RoomsUnder(DomainsMovedBy(effects).ToHashSet()) : [];
}
