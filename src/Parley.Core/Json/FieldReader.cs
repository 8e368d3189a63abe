namespace Parley.Json;

/// <summary>
/// Reads the fields of one object by type. The first field that is missing or wrong is remembered in <see cref="Why"/>;
/// what is returned from then on is of no use, so that a reader reads all fields and asks once.
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
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.Text is { } text && text.Length <= lengthMax ? text : Bad<string>(name, "must be a text of bounded length");
    }

    /// <summary>A list of texts that must be there.</summary>
    public IReadOnlyList<string> Texts(string name, int lengthMax = TextMax, int lengthMin = 0)
    {
        if (Required(name, Find(name)) is not { Kind: JsonKind.Array } list)
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
        if (Required(name, Find(name)) is { Number: { } number })
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
        if (Find(name) is not { } list)
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

    /// <summary>A truth value; absent or null is false.</summary>
    public bool Flag(string name)
    {
        if (Find(name) is not { } value)
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
        Find(name) is { Kind: JsonKind.Object } value ? value : Bad<JsonValue>(name, "must be an object") ?? JsonValue.EmptyObject;

    /// <summary>A list of objects that must be there.</summary>
    public IReadOnlyList<JsonValue> Objects(string name, int countMin, int countMax)
    {
        if (Find(name) is not { Kind: JsonKind.Array } list || list.Items.Count < countMin || list.Items.Count > countMax)
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

    /// <summary>The field's value, or null if it is absent or null.</summary>
    public readonly JsonValue? Find(string name) => source[name] is { IsNull: false } value ? value : null;

    /// <summary>Remembers what is wrong with a field, if it is the first; the answer is null.</summary>
    public T? Bad<T>(string name, string what)
        where T : class
    {
        Why ??= $"'{name}' {what}.";
        return null;
    }

    private long? OptionalInteger(string name, long min, long max)
    {
        if (Find(name) is not { } value)
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
}
