using Parley.Ids;
using Parley.Ledger;
using Parley.Nodes;

namespace Parley.Scenarios.Simulation;

/// <summary>How far the pushing of a change to a hub is.</summary>
internal enum PushState
{
    /// <summary>To be sent.</summary>
    ToSend,

    /// <summary>The hub said that it waits there, which is no delivery.</summary>
    Waits,

    /// <summary>The hub refused it, which is not the end either.</summary>
    Refused,
}

/// <summary>A change that a hub still lacks.</summary>
/// <param name="Change">The change.</param>
/// <param name="Home">Its home room.</param>
/// <param name="IsOperation">It carries a membership operation: those go first.</param>
internal sealed record Pushing(Change Change, RoomId Home, bool IsOperation)
{
    /// <summary>How far it is.</summary>
    public PushState State { get; set; }
}

/// <summary>
/// What a device knows of one hub, on the disk of the device: how far it has read each room, what is to be read again, and what the hub still
/// lacks. It is written in the commits of the ledger, so it never says more than the ledger holds.
/// </summary>
internal sealed class SimProgress(SimMutant mutant)
{
    /// <summary>Which history the hub has: its database and how often that was set back. Null before the first meeting.</summary>
    public string? Epoch { get; set; }

    /// <summary>What the hub still lacks, oldest first. A row ends only when the hub has the change filed.</summary>
    public Dictionary<ChangeHash, Pushing> Pending { get; } = [];

    /// <summary>The rooms.</summary>
    public Dictionary<RoomId, RoomProgress> Rooms { get; } = [];

    /// <summary>How far a room is read.</summary>
    public RoomProgress this[RoomId room] => Rooms.TryGetValue(room, out var known) ? known : Rooms[room] = new();

    /// <summary>Part of each commit: what was filed is to be pushed, what was dropped is to be read again, and what may have gone with it.</summary>
    /// <param name="decision">What is committed.</param>
    /// <param name="isSource">This hub gave it.</param>
    public void Record(Decision decision, bool isSource)
    {
        HashSet<WaitKey> moved = [];
        HashSet<RoomId> released = [];
        foreach (var transition in decision.Transitions)
        {
            switch (transition)
            {
                case Transition.Filed { Offer: var offer } filed:
                    if (offer.Way == Way.Own || !(isSource || this[filed.Home].Numbers.ContainsKey(offer.Change.Hash)))
                    {
                        Pending.TryAdd(offer.Change.Hash, new(offer.Change, filed.Home, filed.IsOperation));
                    }

                    if (offer.Way == Way.Waited)
                    {
                        released.Add(filed.Home);
                    }

                    break;
                case Transition.NodeSet { NewRoot: not null } set:
                    moved.UnionWith([WaitKey.Node(set.After.Id), WaitKey.Domain(set.After.Id)]);
                    break;
                case Transition.DomainSet domain:
                    moved.Add(WaitKey.Domain(domain.Domain));
                    break;
                case Transition.Reread reread when mutant != SimMutant.CursorPastADrop:
                    this[reread.Room].Drop(reread.Dropped);
                    break;
            }
        }

        foreach (var (room, progress) in Rooms)
        {
            progress.Look(moved, released.Contains(room));
        }
    }

    /// <summary>The hub has another history than the one that was read: everything is read again, and everything is pushed again.</summary>
    public void BeginAnew(SimReplica replica)
    {
        Rooms.Clear();
        foreach (var filed in replica.Store.Log)
        {
            Pending.TryAdd(filed.Change.Hash, new(filed.Change, filed.Home, filed.IsOperation));
        }
    }
}

/// <summary>How far one room of one hub is read.</summary>
internal sealed class RoomProgress
{
    private readonly HashSet<WaitKey> _hungOn = [];
    private long? _droppedInPass;
    private int _causesBefore;

    /// <summary>Every change with a number up to here is filed, waits, was refused for good, or is at or above <see cref="Redo"/>.</summary>
    public long Cursor { get; set; }

    /// <summary>The change at the cursor: if the hub has another one there, it has another history.</summary>
    public ChangeHash? Last { get; set; }

    /// <summary>From here on something was dropped for a bound; null if nothing was.</summary>
    public long? Redo { get; private set; }

    /// <summary>Up to here it is read again, since what it hung on has moved; null if nothing has.</summary>
    public long? RedoEnd { get; private set; }

    /// <summary>Under which numbers this hub gave changes.</summary>
    public Dictionary<ChangeHash, long> Numbers { get; } = [];

    /// <summary>Up to here the oracles have seen that nothing is missing. Of the oracles alone.</summary>
    public long VerifiedTo { get; set; }

    /// <summary>How often a cause went; a pass needs one. Of the oracles alone.</summary>
    public int Causes { get; private set; }

    /// <summary>How many passes came to their end. Of the oracles alone.</summary>
    public int Passes { get; private set; }

    /// <summary>A change was dropped.</summary>
    public void Drop(WaitingRow dropped)
    {
        var number = Numbers.GetValueOrDefault(dropped.Change.Hash, 1);
        Redo = Math.Min(Redo ?? long.MaxValue, number);
        _droppedInPass = Math.Min(_droppedInPass ?? long.MaxValue, number);
        _hungOn.Add(dropped.For);
    }

    /// <summary>A pass begins if what a dropped change hung on has moved.</summary>
    public void Look(HashSet<WaitKey> moved, bool isReleased)
    {
        if (Redo is not null && (isReleased || _hungOn.Overlaps(moved)))
        {
            RedoEnd = Cursor;
            Causes++;
        }
    }

    /// <summary>Time has passed: what came too early may be believed now.</summary>
    public void LookAtTime()
    {
        if (Redo is not null && _hungOn.Contains(WaitKey.Future))
        {
            RedoEnd = Cursor;
            Causes++;
        }
    }

    /// <summary>The first page of a pass is asked for.</summary>
    public void BeginPass()
    {
        _droppedInPass = null;
        _causesBefore = Causes;
    }

    /// <summary>A page of a pass is here, up to this number.</summary>
    public void TakePage(long last, bool isLast)
    {
        Redo = isLast ? _droppedInPass : Math.Min(_droppedInPass ?? long.MaxValue, last + 1);
        if (isLast)
        {
            // A cause that went meanwhile lets another pass follow.
            Passes++;
            RedoEnd = Redo is not null && Causes > _causesBefore ? Cursor : null;
            if (Redo is null)
            {
                _hungOn.Clear();
            }
        }
    }
}
