using Parley.Access;
using Parley.Ids;
using Parley.Replica;

namespace Parley.Peers;

/// <summary>What is asked of the hub about a room.</summary>
internal enum Asked
{
    /// <summary>Nothing.</summary>
    Nothing,
    /// <summary>What comes after the cursor.</summary>
    Rest,
    /// <summary>The membership operations alone.</summary>
    Log,
    /// <summary>What was dropped, again.</summary>
    Pass,
}

/// <summary>A pass that reads again what was dropped.</summary>
/// <param name="Start">Its first number.</param>
/// <param name="Hash">The hash of the change with that number; null where it is not known.</param>
/// <param name="End">Its last.</param>
internal sealed record Pass(long Start, ChangeHash? Hash, long End)
{
    /// <summary>The number to ask from.</summary>
    public long Next { get; set; } = Start;

    /// <summary>A page of it came.</summary>
    public bool IsBegun { get; set; }

    /// <summary>Its last page came.</summary>
    public bool IsOver { get; set; }
}

/// <summary>How far one room is read in a session.</summary>
internal sealed class RoomPull
{
    // Numbers seen beyond a gap are remembered up to here; beyond, the gap's page brings them again.
    private const int AheadMax = 2_000;

    private readonly SortedDictionary<long, ChangeHash?> _ahead = [];

    public RoomPull(RoomEntry entry) => Begin(entry);

    public long Cursor { get; set; }

    /// <summary>The hash of the change at the cursor, where it is known.</summary>
    public ChangeHash? Last { get; set; }

    /// <summary><see cref="RoomEntry.Begun"/> of what the cursor belongs to.</summary>
    public int Begun { get; private set; }

    /// <summary>It has the history at the hub that the cursor is of.</summary>
    public bool IsProven { get; set; }

    /// <summary>It was read to its end in this session, or nothing of it will come.</summary>
    public bool IsRead { get; set; }

    /// <summary>It is to be read from the cursor.</summary>
    public bool IsWanted { get; set; }

    /// <summary>It waits for its turn to be asked for.</summary>
    public bool IsQueued { get; set; }

    /// <summary>What the hub is asked and has not answered.</summary>
    public Asked Asked { get; set; }

    /// <summary>The cursor of that question.</summary>
    public long AskedFrom { get; set; }

    /// <summary>The answer to it says nothing about the cursor: that was set back meanwhile.</summary>
    public bool IsStale { get; set; }

    /// <summary>The highest number that was seen live since the last question and did not move the cursor.</summary>
    public long Unseen { get; set; }

    /// <summary>The operations alone are read now.</summary>
    public bool IsOfLog { get; set; }

    /// <summary>By which invite they are read, or null.</summary>
    public InviteReading? Claim { get; set; }

    public long LogCursor { get; set; }

    /// <summary>The pass under way, until its last page is committed; null where there is none.</summary>
    public Pass? Pass { get; set; }

    /// <summary>There is something to ask for.</summary>
    public bool IsDue => IsOfLog || IsWanted || Pass is { IsOver: false };

    /// <summary>Begins with what is known of the room.</summary>
    public void Begin(RoomEntry entry)
    {
        (Cursor, Last, Begun, Pass) = (entry.Cursor, entry.Last, entry.Begun, null);
        (IsProven, IsRead, IsStale) = (entry.Cursor == 0, false, Asked != Asked.Nothing);
    }

    /// <summary>Sets the cursor back.</summary>
    public void SetBack(long cursor)
    {
        if (cursor < Cursor)
        {
            (Cursor, Last) = (cursor, null);
            IsStale |= Asked == Asked.Rest;
            IsProven |= cursor == 0;
        }
    }

    /// <summary>A change with this number is here, beyond a gap.</summary>
    public void Keep(long number, ChangeHash? hash)
    {
        Unseen = Math.Max(Unseen, number);
        if (_ahead.Count < AheadMax)
        {
            _ahead[number] = hash;
        }
    }

    /// <summary>Moves the cursor, and over what is here beyond it.</summary>
    public void MoveTo(long number, ChangeHash? hash)
    {
        (Cursor, Last) = (number, hash);
        while (_ahead.Count > 0 && _ahead.First() is var (next, ahead) && next <= Cursor + 1)
        {
            (Cursor, Last) = next > Cursor ? (next, ahead) : (Cursor, Last);
            _ahead.Remove(next);
        }
    }
}
