using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>The declared mentions of a message (docs/protocol.md, mentions): never parsed out of text.</summary>
public sealed record Mentions(IReadOnlyList<string> Dids, bool Room = false)
{
    /// <summary>The most DIDs that a message may mention.</summary>
    public const int DidsMax = 50;

    /// <summary>The value as it stands in a message, or null where nothing is mentioned. Dedupes, keeps the first 50.</summary>
    public JsonValue? ToJson()
    {
        var dids = Dids.Where(IsDid).Distinct(StringComparer.Ordinal).Take(DidsMax).Select(JsonValue.Of).ToArray();
        return dids.Length == 0 && !Room
            ? null
            : JsonValue.Object(("dids", JsonValue.Array(dids)), ("room", Room ? JsonValue.True : null));
    }

    /// <summary>Checks a received value by the hub's rule. Null when good (also for absent or null).</summary>
    public static string? Fault(JsonValue? value)
    {
        if (value is null or { IsNull: true })
        {
            return null;
        }

        if (value.Kind != JsonKind.Object)
        {
            return "Mentions must be an object.";
        }

        if (value["room"] is { Boolean: null })
        {
            return "The mentions' room must be true or false.";
        }

        if (value["dids"] is not { Kind: JsonKind.Array } dids)
        {
            return "The mentions' dids must be a list.";
        }

        if (dids.Items.Count > DidsMax)
        {
            return $"At most {DidsMax} people may be mentioned.";
        }

        for (var i = 0; i < dids.Items.Count; i++)
        {
            if (!IsDid(dids.Items[i].Text))
            {
                return "The mentions' dids must be DIDs.";
            }
        }

        return null;
    }

    /// <summary>Reads a good value; null for absent, null or malformed.</summary>
    public static Mentions? Read(JsonValue? value) =>
        value is null or { IsNull: true } || Fault(value) is not null
            ? null
            : new([.. value["dids"]!.Items.Select(d => d.Text!)], value["room"]?.Boolean ?? false);

    /// <summary>True when the person is named.</summary>
    public bool Includes(PersonId person) => Dids.Contains(person.Value, StringComparer.Ordinal);

    /// <summary>A DID of any method, as person properties and mentions take them: <c>^did:[a-z]+:[a-zA-Z0-9._:-]+$</c>.</summary>
    internal static bool IsDid(string? text)
    {
        if (text is null || !text.StartsWith("did:", StringComparison.Ordinal))
        {
            return false;
        }

        var method = text.AsSpan(4);
        var colon = method.IndexOf(':');
        return colon > 0
            && !method[..colon].ContainsAnyExceptInRange('a', 'z')
            && method.Length > colon + 1
            && !method[(colon + 1)..].ContainsAnyExcept(DidCharacters);
    }

    private static readonly System.Buffers.SearchValues<char> DidCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");
}
