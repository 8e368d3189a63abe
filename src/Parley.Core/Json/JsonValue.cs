namespace Parley.Json;

/// <summary>What a <see cref="JsonValue"/> holds.</summary>
public enum JsonKind : byte
{
    /// <summary>The literal <c>null</c>.</summary>
    Null,
    /// <summary>The literal <c>false</c>.</summary>
    False,
    /// <summary>The literal <c>true</c>.</summary>
    True,
    /// <summary>An IEEE double, as in ECMAScript.</summary>
    Number,
    /// <summary>A UTF-16 string; lone surrogates survive.</summary>
    Text,
    /// <summary>An ordered list.</summary>
    Array,
    /// <summary>Members with distinct names, in the order in which they were read.</summary>
    Object,
}

/// <summary>
/// An immutable JSON value with ECMAScript's data model: numbers are doubles and strings are UTF-16 units,
/// so that canonical bytes come out as the protocol wants them (docs/protocol.md, canonical JSON).
/// </summary>
/// <remarks>Safe to share between threads.</remarks>
public sealed class JsonValue : IEquatable<JsonValue>
{
    private static readonly JsonValue[] NoItems = [];
    private static readonly KeyValuePair<string, JsonValue>[] NoMembers = [];

    private readonly object? _content;
    private readonly double _number;

    private JsonValue(JsonKind kind, object? content = null, double number = 0)
    {
        Kind = kind;
        _content = content;
        _number = number;
    }

    /// <summary>The value <c>null</c>.</summary>
    public static JsonValue Null { get; } = new(JsonKind.Null);

    /// <summary>The value <c>true</c>.</summary>
    public static JsonValue True { get; } = new(JsonKind.True);

    /// <summary>The value <c>false</c>.</summary>
    public static JsonValue False { get; } = new(JsonKind.False);

    /// <summary>An object without members.</summary>
    public static JsonValue EmptyObject { get; } = new(JsonKind.Object, NoMembers);

    /// <summary>An array without items.</summary>
    public static JsonValue EmptyArray { get; } = new(JsonKind.Array, NoItems);

    /// <summary>What this value is.</summary>
    public JsonKind Kind { get; }

    /// <summary>True for the literal <c>null</c>.</summary>
    public bool IsNull => Kind == JsonKind.Null;

    /// <summary>The string, or null where this is not one.</summary>
    public string? Text => Kind == JsonKind.Text ? (string)_content! : null;

    /// <summary>The number, or null where this is not one.</summary>
    public double? Number => Kind == JsonKind.Number ? _number : null;

    /// <summary>The number as an integer, or null where this is not an integer of at most 2^53 in magnitude.</summary>
    public long? Integer =>
        Kind == JsonKind.Number && Math.Abs(_number) <= 9007199254740992d && Math.Truncate(_number) == _number ? (long)_number : null;

    /// <summary>The truth value, or null where this is neither <c>true</c> nor <c>false</c>.</summary>
    public bool? Boolean => Kind switch { JsonKind.True => true, JsonKind.False => false, _ => null };

    /// <summary>The items; empty where this is not an array.</summary>
    public IReadOnlyList<JsonValue> Items => Kind == JsonKind.Array ? (IReadOnlyList<JsonValue>)_content! : NoItems;

    /// <summary>The members in reading order; empty where this is not an object.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonValue>> Members =>
        Kind == JsonKind.Object ? (KeyValuePair<string, JsonValue>[])_content! : NoMembers;

    /// <summary>As <see cref="Members"/>, without the cost of an interface call for each.</summary>
    internal ReadOnlySpan<KeyValuePair<string, JsonValue>> MemberSpan =>
        Kind == JsonKind.Object ? (KeyValuePair<string, JsonValue>[])_content! : NoMembers;

    /// <summary>The member named <paramref name="name"/>, or null where there is none (or this is not an object).</summary>
    public JsonValue? this[string name]
    {
        get
        {
            foreach (ref readonly var member in MemberSpan)
            {
                if (string.Equals(member.Key, name, StringComparison.Ordinal))
                {
                    return member.Value;
                }
            }

            return null;
        }
    }

    /// <summary>A string value.</summary>
    public static JsonValue Of(string text) => new(JsonKind.Text, text ?? throw new ArgumentNullException(nameof(text)));

    /// <summary>A number; NaN and infinities become <see cref="Null"/>, as JSON.stringify has it.</summary>
    public static JsonValue Of(double number) => double.IsFinite(number) ? new(JsonKind.Number, null, number) : Null;

    /// <summary>A truth value.</summary>
    public static JsonValue Of(bool value) => value ? True : False;

    /// <summary>An array. The list is kept, not copied: do not change it afterwards.</summary>
    public static JsonValue Array(IReadOnlyList<JsonValue> items) => new(JsonKind.Array, items);

    /// <summary>An object. An array is kept, not copied: do not change it afterwards. Names must be distinct.</summary>
    public static JsonValue Object(IReadOnlyList<KeyValuePair<string, JsonValue>> members) =>
        new(JsonKind.Object, members as KeyValuePair<string, JsonValue>[] ?? [.. members]);

    /// <summary>An object from name and value pairs; pairs whose value is null are left out (as <c>undefined</c> would be).</summary>
    public static JsonValue Object(params ReadOnlySpan<(string Name, JsonValue? Value)> members)
    {
        var list = new List<KeyValuePair<string, JsonValue>>(members.Length);
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                list.Add(new(name, value));
            }
        }

        return Object(list);
    }

    /// <summary>This object with one member set (or added at the end).</summary>
    public JsonValue With(string name, JsonValue value)
    {
        var list = new List<KeyValuePair<string, JsonValue>>(Members.Count + 1);
        var found = false;
        foreach (var member in Members)
        {
            var same = string.Equals(member.Key, name, StringComparison.Ordinal);
            found |= same;
            list.Add(same ? new(name, value) : member);
        }

        if (!found)
        {
            list.Add(new(name, value));
        }

        return Object(list);
    }

    /// <summary>Deep equality; the order of members does not matter.</summary>
    public bool Equals(JsonValue? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || Kind != other.Kind)
        {
            return false;
        }

        return Kind switch
        {
            JsonKind.Null or JsonKind.True or JsonKind.False => true,
            JsonKind.Number => _number.Equals(other._number),
            JsonKind.Text => string.Equals((string)_content!, (string)other._content!, StringComparison.Ordinal),
            JsonKind.Array => Items.SequenceEqual(other.Items),
            JsonKind.Object => Members.Count == other.Members.Count && Members.All(m => m.Value.Equals(other[m.Key])),
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsonValue);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        JsonKind.Null or JsonKind.True or JsonKind.False => (int)Kind,
        JsonKind.Number => _number.GetHashCode(),
        JsonKind.Text => string.GetHashCode((string)_content!, StringComparison.Ordinal),
        JsonKind.Array => Items.Count,
        JsonKind.Object => Members.Count * 31,
    };

    /// <summary>The canonical text (docs/protocol.md, canonical JSON).</summary>
    public override string ToString() => CanonicalJson.ToText(this);
}
