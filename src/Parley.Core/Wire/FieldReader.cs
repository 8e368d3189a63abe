using System.Buffers.Text;
using Parley.Access;
using Parley.Nodes;
using Parley.Presence;

namespace Parley.Wire;

/// <summary>
/// Reads the fields of one frame by type. The first field that is missing or wrong is remembered in <see cref="Why"/>;
/// what is returned from then on is of no use, so that a frame reads all its fields and asks once.
/// </summary>
internal struct FieldReader(JsonValue source)
{
    private const int TextMax = 1_024;

    /// <summary>A sentence about the first bad field, or null while all were good.</summary>
    public string? Why { get; private set; }

    /// <summary>A text that must be there, empty allowed.</summary>
    public string Text(string name, int lengthMax = TextMax) => Required(name, OptionalText(name, lengthMax)) ?? "";

    /// <summary>A text that may be absent or null.</summary>
    public string? OptionalText(string name, int lengthMax = TextMax)
    {
        if (Absent(name) is not { } value)
        {
            return null;
        }

        return value.Text is { } text && text.Length <= lengthMax ? text : Bad<string>(name, "must be a text of bounded length");
    }

    /// <summary>The name of a room or topic.</summary>
    public string Room(string name)
    {
        var text = Required(name, OptionalText(name, RoomId.LengthMax)) ?? "";
        return text.Length > 0 ? text : Bad<string>(name, "must name a room") ?? "";
    }

    /// <summary>Names of rooms or topics.</summary>
    public IReadOnlyList<string> Rooms(string name) => Texts(name, RoomId.LengthMax, lengthMin: 1);

    /// <summary>A list of texts that must be there.</summary>
    public IReadOnlyList<string> Texts(string name, int lengthMax = TextMax, int lengthMin = 0)
    {
        if (Required(name, Absent(name)) is not { Kind: JsonKind.Array } list)
        {
            return Bad<string[]>(name, "must be a list") ?? [];
        }

        var texts = new string[list.Items.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            if (list.Items[i].Text is not { } text || text.Length > lengthMax || text.Length < lengthMin)
            {
                return Bad<string[]>(name, "must be a list of texts of bounded length") ?? [];
            }

            texts[i] = text;
        }

        return texts;
    }

    /// <summary>A finite number that must be there.</summary>
    public double Number(string name)
    {
        if (Required(name, Absent(name)) is { Number: { } number })
        {
            return number;
        }

        Bad<object>(name, "must be a number");
        return 0;
    }

    /// <summary>An integer within an <see cref="int"/> that must be there.</summary>
    public int Int(string name) => (int)(Required<long>(name, OptionalInteger(name, int.MinValue, int.MaxValue)) ?? 0);

    /// <summary>An integer from 0 to 2^53 that must be there.</summary>
    public long Count(string name) => Required<long>(name, OptionalCount(name)) ?? 0;

    /// <summary>An integer from 0 to 2^53 that may be absent or null.</summary>
    public long? OptionalCount(string name) => OptionalInteger(name, 0, long.MaxValue);

    /// <summary>An integer within an <see cref="int"/> that may be absent or null.</summary>
    public int? OptionalInt(string name) => (int?)OptionalInteger(name, int.MinValue, int.MaxValue);

    /// <summary>Integers from 0 to 2^53, exactly <paramref name="count"/> of them; may be absent or null.</summary>
    public long[]? OptionalCounts(string name, int count)
    {
        if (Absent(name) is not { } list)
        {
            return null;
        }

        if (list.Kind != JsonKind.Array || list.Items.Count != count)
        {
            return Bad<long[]>(name, "must be a list as long as the changes");
        }

        var counts = new long[count];
        for (var i = 0; i < count; i++)
        {
            if (list.Items[i].Integer is not (>= 0 and var integer))
            {
                return Bad<long[]>(name, "must be a list of integers");
            }

            counts[i] = integer;
        }

        return counts;
    }

    /// <summary>The claim to read by an invite; may be absent or null.</summary>
    public InviteReading? OptionalInvite(string name) => Absent(name) is not { } value ? null
        : InviteReading.TryRead(value) ?? Bad<InviteReading>(name, "must be an invite's key and a proof");

    /// <summary>A truth value; absent or null is false.</summary>
    public bool Flag(string name)
    {
        if (Absent(name) is not { } value)
        {
            return false;
        }

        if (value.Boolean is { } flag)
        {
            return flag;
        }

        Bad<object>(name, "must be true or false");
        return false;
    }

    /// <summary>Any value that must be there; null counts as a value.</summary>
    public JsonValue Any(string name) => Required(name, source[name]) ?? JsonValue.Null;

    /// <summary>An object that must be there.</summary>
    public JsonValue Object(string name) =>
        Absent(name) is { Kind: JsonKind.Object } value ? value : Bad<JsonValue>(name, "must be an object") ?? JsonValue.EmptyObject;

    /// <summary>A list of objects that must be there.</summary>
    public IReadOnlyList<JsonValue> Objects(string name, int countMin, int countMax)
    {
        if (Absent(name) is not { Kind: JsonKind.Array } list || list.Items.Count < countMin || list.Items.Count > countMax)
        {
            return Bad<JsonValue[]>(name, "must be a list within its bounds") ?? [];
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            if (list.Items[i].Kind != JsonKind.Object)
            {
                return Bad<JsonValue[]>(name, "must be a list of objects") ?? [];
            }
        }

        return list.Items;
    }

    /// <summary>Bytes of an awareness update in base64, padded or not (reference peers take both).</summary>
    public byte[] AwarenessBytes(string name)
    {
        const int Base64Max = ((AwarenessCodec.UpdateBytesMax + 2) / 3 * 4);
        if (Absent(name) is not { Text: { Length: > 0 and <= Base64Max } text })
        {
            return Bad<byte[]>(name, "must be base64 of bounded length") ?? [];
        }

        var padded = (text.Length % 4) switch { 2 => text + "==", 3 => text + "=", _ => text };
        var bytes = new byte[padded.Length / 4 * 3];
        return Base64.IsValid(padded) && Convert.TryFromBase64String(padded, bytes, out var written) && written <= AwarenessCodec.UpdateBytesMax
            ? bytes[..written]
            : Bad<byte[]>(name, "must be base64 of bounded length") ?? [];
    }

    private readonly JsonValue? Absent(string name) => source[name] is { IsNull: false } value ? value : null;

    private long? OptionalInteger(string name, long min, long max)
    {
        if (Absent(name) is not { } value)
        {
            return null;
        }

        if (value.Integer is { } integer && integer >= min && integer <= max)
        {
            return integer;
        }

        Bad<object>(name, "must be an integer in range");
        return null;
    }

    private T? Required<T>(string name, T? value)
        where T : class => value ?? Bad<T>(name, "is missing");

    private T? Required<T>(string name, T? value)
        where T : struct
    {
        if (value is null)
        {
            Bad<object>(name, "is missing");
        }

        return value;
    }

    private T? Bad<T>(string name, string what)
        where T : class
    {
        Why ??= $"'{name}' {what}.";
        return null;
    }
}
