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
/// The one place that answers what a socket may do. Everybody connected belongs to the space <c>main</c>, a socket's identity is
/// what it claims (the hub serves its own machine only), and so the sole boundary is the author's own room.
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
            RoomAction.Read => OwnerOf(room) is not { } owner || Claims(session, owner),
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

    /// <summary>
    /// A socket that never said who it is, as the reference's do, is taken to be the owner of the first author room that it asks for;
    /// that is no weaker than a claim in a handshake, and it cannot be two people.
    /// </summary>
    private static bool Claims(Session session, string owner)
    {
        session.Did ??= owner;
        return string.Equals(session.Did, owner, StringComparison.Ordinal);
    }
}
