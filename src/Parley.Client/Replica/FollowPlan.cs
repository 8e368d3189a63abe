using Parley.Ids;
using Parley.Storage;

namespace Parley.Replica;

/// <summary>Which rooms a commit begins and ends to follow. A plan changes nothing until it is carried out, after the commit.</summary>
internal sealed class FollowPlan
{
    private readonly HashSet<RoomId> _entered = [];
    private readonly HashSet<RoomId> _left = [];
    private readonly HashSet<RoomId> _wanted = [];

    /// <summary>People whom this commit shows for the first time.</summary>
    public HashSet<PersonId> Met { get; } = [];

    /// <summary>Rooms that this person may read from now on: followed, and not to be left any more.</summary>
    public void Enter(RoomId room)
    {
        _left.Remove(room);
        _entered.Add(room);
    }

    /// <summary>Rooms that this person may not read any more: what is here stays, and they are left once they were read to their end.</summary>
    public void Leave(RoomId room)
    {
        _entered.Remove(room);
        _left.Add(room);
    }

    /// <summary>Rooms to follow that nothing forbids.</summary>
    public void Want(RoomId room) => _wanted.Add(room);

    /// <summary>What it comes to, with the rooms that were to be left before.</summary>
    /// <param name="book">The rooms as they stand.</param>
    /// <param name="leaving">Rooms that are to be left once they were read to their end.</param>
    public Carried Against(RoomBook book, IEnumerable<RoomId> leaving)
    {
        var follow = book.Unfollowed(_entered.Concat(_wanted).Concat(Met.Select(RoomNames.Profile)).Where(room => !_left.Contains(room)).Select(room => room.Value));

        // A page that says that one was removed may be followed by one that says that this never had effect: the whole room is read first.
        List<string> unfollow =
        [
            .. _left.Concat(leaving).Distinct().Where(room => !_entered.Contains(room) && book[room.Value] is { Followed: true, CaughtUp: true })
                .Select(room => room.Value),
        ];
        return new(this, follow, unfollow);
    }

    /// <summary>A plan against the rooms as they stand.</summary>
    public sealed record Carried(FollowPlan Plan, IReadOnlyList<string> Follow, IReadOnlyList<string> Unfollow)
    {
        /// <summary>What keeps it.</summary>
        public IEnumerable<SqlStatement> Statements()
        {
            if (Follow.Count > 0)
            {
                yield return RoomBook.ToFollow(Follow);
            }

            if (Unfollow.Count > 0)
            {
                yield return RoomBook.ToUnfollow(Unfollow);
            }
        }

        /// <summary>It is on disk.</summary>
        public void Learn(RoomBook book, HashSet<RoomId> leaving, HashSet<PersonId> met)
        {
            leaving.ExceptWith(Plan._entered);
            leaving.UnionWith(Plan._left);
            met.UnionWith(Plan.Met);
            book.Follow(Follow);
            book.Unfollow(Unfollow);
        }
    }
}
