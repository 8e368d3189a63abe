using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Access;

/// <summary>
/// The property <c>parley:seen</c> of every change in a governed room: heads of the membership log that its author knew
/// (docs/access.md, decide).
/// </summary>
internal static class SeenOperations
{
    /// <summary>The most heads that a change names.</summary>
    public const int Max = 16;

    /// <summary>Reads the property of a change.</summary>
    /// <returns>Null where it is absent; an empty list, which is always refused, where it is malformed.</returns>
    public static IReadOnlyList<ChangeHash>? Read(JsonValue properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        if (properties[Change.SeenProperty] is not { } field)
        {
            return null;
        }

        var hashes = field.Items.Take(Max + 1).Select(OpFields.Hash).ToList();
        return hashes.Contains(null) ? [] : [.. hashes.Select(hash => hash!.Value)];
    }

    /// <summary>
    /// What an author names on a change that it writes now: the newest heads, so that they hold its own living seat
    /// (of a private channel also the one in the space). Empty where the log is empty.
    /// </summary>
    public static IReadOnlyList<ChangeHash> For(MembershipLog log, PersonId author)
    {
        ArgumentNullException.ThrowIfNull(log);
        var chosen = HeadChoice.Pick(log, Max, HeadChoice.SeatsOf(log, author));
        return [.. chosen.Select(entry => entry.Op.Hash)];
    }

    /// <summary>The property's value.</summary>
    public static JsonValue ToJson(IReadOnlyList<ChangeHash> seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return JsonValue.Array([.. seen.Select(OpFields.Of)]);
    }
}
