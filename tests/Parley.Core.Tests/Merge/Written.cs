using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>Changes for tests of the rules: real hashes, no signatures (nothing in Core's rules looks at them).</summary>
internal static class Written
{
    public static PersonId Ann { get; } = Person(1);

    public static PersonId Bob { get; } = Person(2);

    public static PersonId Cem { get; } = Person(3);

    public static PersonId Person(byte fill)
    {
        Span<byte> key = stackalloc byte[PersonId.PublicKeyBytes];
        key.Fill(fill);
        return PersonId.FromPublicKey(key);
    }

    public static Change By(
        PersonId author,
        NodeId node,
        string properties,
        string? schema = null,
        long lamport = 1,
        long wallTime = 1_000,
        bool? deleted = null,
        string? parent = null,
        int version = Change.ProtocolVersionCurrent,
        string id = "change",
        BatchMark? batch = null) =>
        new ChangeDraft(new(
            id, new ChangePayload(node, schema, JsonReader.Read(properties), deleted), parent, author, wallTime, lamport, batch, version))
        .Complete(new byte[64]);

    /// <summary>A create of a node whose id proves its maker.</summary>
    public static Change Proven(PersonId author, string properties, string schema, long lamport = 1, string id = "create") =>
        By(author, NodeProof.IdFor(author, id), properties, schema, lamport, id: id);

    /// <summary>Everything of a state, as text to compare.</summary>
    public static string Describe(this NodeState? state) => state is null
        ? "no root"
        : $"{state.Root} deleted:{state.Deleted} {state.DeletedStamp} at:{state.UpdatedAt} last:{state.Last}\n"
            + string.Join('\n', state.Properties.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} = {p.Value}"));

    /// <summary>The state after the changes came one by one, the way a store applies them.</summary>
    public static NodeState? OneByOne(NodeId node, IReadOnlyList<Change> changes)
    {
        NodeState? state = null;
        for (var i = 0; i < changes.Count; i++)
        {
            state = state is null || Parley.Nodes.Merge.NeedsRefold(state, changes[i])
                ? Parley.Nodes.Merge.Fold(node, [.. changes.Take(i + 1)])
                : Parley.Nodes.Merge.Add(state, changes[i]);
        }

        return state;
    }
}
