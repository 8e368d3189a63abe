using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Replica;

/// <summary>A change that had to go for a bound: neither filed nor held nor refused for good, so it has to be read again.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="Room">The room in which it came.</param>
/// <param name="Number">The hub's number of it in that room; null if it came without one.</param>
/// <param name="HungOn">The nodes and access scopes whose arrival settles it; none if it came too early.</param>
/// <param name="TooEarly">Its times, if they are what it waited for.</param>
internal sealed record DroppedChange(
    ChangeHash Hash, RoomId Room, long? Number, IReadOnlyList<string> HungOn, (long Lamport, long Wall)? TooEarly = null)
{
    /// <summary>A row that was dropped. A root of a private channel waits for the space's log, and then for nobody knows what.</summary>
    public static DroppedChange Of(WaitingRow row)
    {
        var change = row.Change;
        return row.Why == HoldReason.Future
            ? new(change.Hash, row.Room, row.Number, [], (change.Lamport, change.WallTime))
            : new(change.Hash, row.Room, row.Number, row.IsOperation ? [LogCache.ScopeOf(change).Value, row.For.Id.Value] : [row.For.Id.Value]);
    }
}
