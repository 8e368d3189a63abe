using Parley.Ids;

namespace Parley.Replica;

/// <summary>How far a room is read once a commit is done.</summary>
/// <param name="Room">The room.</param>
/// <param name="Cursor">The number (or mark) up to which everything was taken.</param>
/// <param name="Last">The hash of the change with that number; null where it is not known.</param>
/// <param name="CaughtUp">It was read to its end.</param>
/// <param name="Begun"><see cref="RoomEntry.Begun"/> when it was asked for; where that has moved, it says nothing any more.</param>
internal readonly record struct RoomReading(string Room, long Cursor, ChangeHash? Last, bool CaughtUp, int Begun);

/// <summary>A pass that reads again what was dropped begins with a commit.</summary>
/// <param name="Room">The room.</param>
/// <param name="Start">The number from which the pass was asked to read.</param>
/// <param name="End">The number up to which it was asked to.</param>
internal readonly record struct PassBegun(string Room, long Start, long End);

/// <summary>A page of a pass is done with a commit.</summary>
/// <param name="Room">The room.</param>
/// <param name="Last">The page's last number.</param>
/// <param name="Hash">The hash of the change with that number; null where it is not known.</param>
/// <param name="IsLast">The pass ends with it.</param>
internal readonly record struct PassPage(string Room, long Last, ChangeHash? Hash, bool IsLast);
