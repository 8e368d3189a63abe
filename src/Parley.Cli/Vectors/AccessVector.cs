using Parley.Json;

namespace Parley.Cli.Vectors;

/// <summary>One operation of an access vector, as the file has it: every name is a label.</summary>
internal sealed record AccessVectorOp(string Id, string Domain, string Kind, string Author, long Lamport, long WallTime, IReadOnlyList<string> Depends)
{
    public string? Authority { get; init; }

    public string? Subject { get; init; }

    public string? Role { get; init; }

    public string? Invite { get; init; }

    public long ExpiresAt { get; init; }

    public int Uses { get; init; }

    public string? KeySeed { get; init; }

    public string? Proof { get; init; }

    public JsonValue? Policy { get; init; }

    public IReadOnlyList<string>? Owners { get; init; }

    public string? Citation { get; init; }

    /// <summary>Everything that the operation names.</summary>
    public IEnumerable<string> References => [.. Depends, .. new[] { Authority, Invite, Citation }.OfType<string>()];
}

/// <summary>A read or an ordinary change to be decided.</summary>
internal sealed record AccessVectorQuery(string Id, string Action, string Author, long Lamport)
{
    public IReadOnlyList<string>? Seen { get; init; }

    public string? NodeAuthor { get; init; }

    public string? ChannelCreator { get; init; }

    public IReadOnlyList<string> Fields { get; init; } = [];
}

/// <summary>A history with what must be said about it: format <c>parley-access-vectors/1</c>.</summary>
/// <param name="Kind">The domain judged: <c>space</c>, <c>channel</c> or <c>dm</c>.</param>
/// <param name="People">Label → Ed25519 seed in hexadecimal.</param>
/// <param name="Creator">Who made the space or channel.</param>
/// <param name="SpaceCreator">Who made the space around a channel.</param>
/// <param name="DirectMessagePeople">The people of a direct message.</param>
/// <param name="Ops">The operations in order of delivery.</param>
/// <param name="Queries">What to decide once all are delivered.</param>
/// <param name="Expected">What must be said.</param>
internal sealed record AccessVector(
    string Kind,
    IReadOnlyDictionary<string, string> People,
    string? Creator,
    string? SpaceCreator,
    IReadOnlyList<string> DirectMessagePeople,
    IReadOnlyList<AccessVectorOp> Ops,
    IReadOnlyList<AccessVectorQuery> Queries,
    JsonValue Expected)
{
    /// <summary>The member <c>format</c> of such a file.</summary>
    public const string Format = "parley-access-vectors/1";

    /// <summary>Reads a file's value. Throws <see cref="FormatException"/> where it is no such vector.</summary>
    public static AccessVector Read(JsonValue file)
    {
        if (file["format"]?.Text != Format || file["input"] is not { } input || file["expected"] is not { } expected)
        {
            throw new FormatException($"Not a vector of the format {Format}.");
        }

        var domain = input["domain"]!;
        return new(
            Text(domain, "kind"),
            input["people"]!.Members.ToDictionary(person => person.Key, person => Text(person.Value, "seed"), StringComparer.Ordinal),
            domain["creator"]?.Text,
            domain["spaceCreator"]?.Text,
            Texts(domain["people"]) ?? [],
            [.. input["ops"]!.Items.Select(ReadOp)],
            [.. input["queries"]!.Items.Select(ReadQuery)],
            expected);
    }

    private static AccessVectorOp ReadOp(JsonValue op) => new(
        Text(op, "id"), Text(op, "dom"), Text(op, "kind"), Text(op, "author"), Integer(op, "lamport"), Integer(op, "wall"), Texts(op["deps"])!)
    {
        Authority = op["auth"]?.Text,
        Subject = op["subject"]?.Text,
        Role = op["role"]?.Text,
        Invite = op["invite"]?.Text,
        ExpiresAt = op["exp"]?.Integer ?? 0,
        Uses = (int)(op["uses"]?.Integer ?? 0),
        KeySeed = op["keySeed"]?.Text,
        Proof = op["proof"]?.Text,
        Policy = op["policy"],
        Owners = Texts(op["owners"]),
        Citation = op["cite"]?.Text,
    };

    private static AccessVectorQuery ReadQuery(JsonValue query) =>
        new(Text(query, "id"), Text(query, "action"), Text(query, "author"), query["lamport"]?.Integer ?? 0)
        {
            Seen = query["seen"] is { IsNull: false } seen ? Texts(seen) : null,
            NodeAuthor = query["node"]?["author"]?.Text,
            ChannelCreator = query["channelCreator"]?.Text,
            Fields = Texts(query["fields"]) ?? [],
        };

    private static string Text(JsonValue value, string name) => value[name]?.Text ?? throw new FormatException($"No text '{name}'.");

    private static long Integer(JsonValue value, string name) => value[name]?.Integer ?? throw new FormatException($"No integer '{name}'.");

    private static List<string>? Texts(JsonValue? value) => value is null ? null : [.. value.Items.Select(item => item.Text!)];
}
