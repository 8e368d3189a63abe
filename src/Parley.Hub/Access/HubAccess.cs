using Parley.Access;
using Parley.Hub.Admission;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Ids;

namespace Parley.Hub.Access;

/// <summary>What somebody wants to do with a room.</summary>
internal enum RoomAction
{
    /// <summary>Receive it: subscribe, catch up, show presence, signal a call.</summary>
    Read,

    /// <summary>Publish into it.</summary>
    Write,

    /// <summary>Wipe its stored changes.</summary>
    Clear,
}

/// <summary>The answer to it.</summary>
internal enum RoomAnswer
{
    /// <summary>Yes.</summary>
    Yes,

    /// <summary>Not now: the person is not among those who may, as far as is known here. The same where nothing is known at all.</summary>
    NotAMember,

    /// <summary>Never: the room is somebody else's own.</summary>
    No,
}

/// <summary>The one place that answers what a socket may do. Who it is, its session says; what that person may do, the logs.</summary>
internal sealed class HubAccess(HubOptions options, RoomReading reading)
{
    /// <summary>Whether the session may do this to the room.</summary>
    public RoomAnswer Ask(Session session, RoomAction action, string room)
    {
        if (options.Open)
        {
            return RoomAnswer.Yes;
        }

        var isKeptOut = IsKeptOut(session, room);
        return action switch
        {
            // Their own room is not refused for good: it opens when they are let in.
            RoomAction.Read when isKeptOut && (OwnerOf(room) is not { } other || string.Equals(session.Did, other, StringComparison.Ordinal)) => RoomAnswer.NotAMember,
            RoomAction.Read when OwnerOf(room) is { } owner => string.Equals(session.Did, owner, StringComparison.Ordinal) ? RoomAnswer.Yes : RoomAnswer.No,
            RoomAction.Read => reading.Look(session.Did, room).IsOpen ? RoomAnswer.Yes : RoomAnswer.NotAMember,
            // What a change may do in a room is decided by its signature and, in a governed one, by the log (ChangeFiling); in the lobby each
            // is looked at by itself.
            RoomAction.Write => RoomAnswer.Yes,
            RoomAction.Clear => RoomAnswer.No,
        };
    }

    /// <summary>Whether a topic is open to the session, and on which nodes and access scopes that answer hangs.</summary>
    public (bool IsOpen, IReadOnlyList<NodeId> Keys) Look(Session session, string topic)
    {
        if (options.Open || OwnerOf(topic) is not null)
        {
            return (Ask(session, RoomAction.Read, topic) == RoomAnswer.Yes, []);
        }

        var (isOpen, keys) = reading.Look(session.Did, topic);
        return (isOpen && !IsKeptOut(session, topic), keys);
    }

    /// <summary>Whether somebody who may not read the room may read its membership log by an invite (<c>parley.join/1</c>).</summary>
    public bool MayReadLog(Session session, string room, InviteReading claim, long wallMs) =>
        !options.Open && session.Did is { } did && reading.MayReadLog(room, claim, PersonId.FromTrusted(did), wallMs);

    /// <summary>
    /// The operation up to which somebody who was removed or left may read the membership log: the one that ended it for them, so that they
    /// hear of it. Null where the room is not that of a log that seated them.
    /// </summary>
    public ChangeHash? EndOfLogFor(Session session, string room) =>
        !options.Open && !IsKeptOut(session, room) && session.Did is { } did && AccessDomains.IsHomeOfLog(room)
            ? reading.EndOf(room, PersonId.FromTrusted(did))
            : null;

    /// <summary>Whose room this is where only one person reads it: an author's own, or their knocks.</summary>
    public static string? OwnerOf(string room)
    {
        var did = room.StartsWith(RoomNames.KnockPrefix, StringComparison.Ordinal) ? room[RoomNames.KnockPrefix.Length..] : room;
        return PersonId.TryParse(did, out _) ? did : null;
    }

    private static bool IsKeptOut(Session session, string room) => session.IsInLobby && !Lobby.IsOpen(room);
}
