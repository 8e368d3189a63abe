using Parley.Identity;

namespace Parley.Hub.Access;

/// <summary>What somebody wants to do with a room.</summary>
internal enum RoomAction
{
    /// <summary>Receive it: subscribe, catch up.</summary>
    Read,

    /// <summary>Publish into it.</summary>
    Write,

    /// <summary>Wipe its stored changes.</summary>
    Clear,
}

/// <summary>
/// The one place that answers what a person may do. Everybody connected belongs to the space <c>main</c>, and so the sole boundary is
/// the author's own room.
/// </summary>
internal sealed class HubAccess(HubOptions options)
{
    private const string KnockPrefix = "knock:";

    /// <summary>True where the session may do this to the room.</summary>
    public bool May(Session session, RoomAction action, string room)
    {
        if (options.Open)
        {
            return true;
        }

        return action switch
        {
            RoomAction.Read => OwnerOf(room) is not { } owner || string.Equals(session.Did, owner, StringComparison.Ordinal),
            // What a change may do in a room is decided by its signature, not by the socket that carries it (ChangeFiling).
            RoomAction.Write => true,
            RoomAction.Clear => false,
        };
    }

    /// <summary>Whose room this is where only one person reads it: an author's own, or their knocks.</summary>
    public static string? OwnerOf(string room)
    {
        var did = room.StartsWith(KnockPrefix, StringComparison.Ordinal) ? room[KnockPrefix.Length..] : room;
        return PersonId.TryParse(did, out _) ? did : null;
    }
}
