using System.Diagnostics.CodeAnalysis;
using Parley.Ids;

namespace Parley.Calls;

/// <summary>One presence of a person in a call: <c>&lt;did&gt;#&lt;random&gt;</c>, new at every join. Compared by code unit; the smaller offers.</summary>
public readonly record struct SessionId : IComparable<SessionId>
{
    /// <summary>The longest session id that is read, in UTF-16 units.</summary>
    public const int LengthMax = 256;

    private SessionId(string value) => Value = value;

    /// <summary>The id as text. Null only for <c>default</c>.</summary>
    public string Value { get; }

    /// <summary>The session of a person.</summary>
    /// <param name="person">Whose session it is.</param>
    /// <param name="nonce">What tells it from the person's other sessions; not empty, without <c>#</c>.</param>
    public static SessionId Of(PersonId person, string nonce)
    {
        ArgumentException.ThrowIfNullOrEmpty(nonce);
        return Parse($"{person.Value}#{nonce}");
    }

    /// <summary>Takes any text of bounded length: other implementations' ids are opaque.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SessionId session)
    {
        session = text is { Length: > 0 and <= LengthMax } ? new(text) : default;
        return session.Value is not null;
    }

    /// <summary>As <see cref="TryParse"/>, throwing <see cref="FormatException"/>.</summary>
    public static SessionId Parse(string text) => TryParse(text, out var session) ? session : throw new FormatException("Not a session id.");

    /// <summary>Whose session it is, where the id says so; only a signature proves it.</summary>
    public bool TryPerson(out PersonId person)
    {
        var hash = Value?.IndexOf('#', StringComparison.Ordinal) ?? -1;
        person = default;
        return hash > 0 && PersonId.TryParse(Value![..hash], out person);
    }

    /// <inheritdoc/>
    public int CompareTo(SessionId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
