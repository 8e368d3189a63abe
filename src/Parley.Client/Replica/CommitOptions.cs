using Parley.Storage;

namespace Parley.Replica;

/// <summary>What a commit carries besides the changes themselves.</summary>
/// <param name="FromHub">A hub has them: what the outbox still holds of them is settled.</param>
/// <param name="Alongside">Further statements of the same transaction: a command's answer.</param>
/// <param name="Read">How far rooms are read with it.</param>
/// <param name="PassBegun">It begins to read again what was dropped.</param>
/// <param name="Pass">It ends a page that reads again what was dropped.</param>
internal readonly record struct CommitOptions(
    bool FromHub = false, IReadOnlyList<SqlStatement>? Alongside = null, IReadOnlyCollection<RoomReading>? Read = null, PassBegun? PassBegun = null,
    PassPage? Pass = null);
