using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Parley.Store;

namespace Parley.Replica;

/// <summary>A change that had to go for a bound: neither filed nor held nor refused for good, so it has to be read again.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="Room">The room in which it came.</param>
/// <param name="Number">The hub's number of it in that room; null where it came without one.</param>
/// <param name="HungOn">The nodes and domains whose arrival settles it; none where it came too early.</param>
/// <param name="TooEarly">Its times, where they are what it waited for.</param>
internal sealed record DroppedChange(
    ChangeHash Hash, RoomId Room, long? Number, IReadOnlyList<string> HungOn, (long Lamport, long Wall)? TooEarly = null)
{
    /// <summary>An ordinary change that waited.</summary>
    public static DroppedChange Of(HeldChange held)
    {
        var change = held.Change;
        return held.Why == HoldReason.Future
            ? new(change.Hash, held.Room, held.Number, [], (change.Lamport, change.WallTime))
            : new(change.Hash, held.Room, held.Number, [(held.WaitsFor ?? change.Node).Value]);
    }

    /// <summary>An operation that waited for others, or for its log. A root also waits for the log of the space that it names.</summary>
    public static DroppedChange OfOperation(HeldChange held)
    {
        var domain = MembershipBook.DomainOf(held.Change);
        MembershipOpReader.Read(held.Change, domain, out var op);
        return new(held.Change.Hash, held.Room, held.Number, op is CreateOp { Space: { } space } ? [domain.Value, space.Value] : [domain.Value]);
    }
}
