using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using NodeMerge = Parley.Nodes.Merge;

namespace Parley.Cli.Vectors;

/// <summary>Suite <c>lww</c>: changes folded into one node in every order, at once and one by one.</summary>
internal static class MergeVectors
{
    private static readonly NodeId Node = new("vector");

    public static JsonValue Merge(JsonValue input)
    {
        var changes = input.Field("changes").Items.Select(ChangeOf).ToArray();
        JsonValue? result = null;
        foreach (var order in Orders(changes))
        {
            foreach (var state in (ReadOnlySpan<NodeState?>)[NodeMerge.Fold(Node, order), OneByOne(order)])
            {
                var merged = Describe(state ?? throw new InvalidOperationException("nothing can be the root"));
                if (!merged.Equals(result ??= merged))
                {
                    throw new InvalidOperationException("the result depends on the order of arrival");
                }
            }
        }

        return result ?? throw new FormatException("the vector has no changes");
    }

    private static Change ChangeOf(JsonValue written, int index)
    {
        var payload = new ChangePayload(Node, Schemas.Page, written.Field("properties"), Deleted: null);
        var fields = new ChangeFields(
            $"change-{index}",
            payload,
            Parent: null,
            PersonId.FromTrusted(written.TextOf("authorDID")),
            written.IntegerOf("wallTime"),
            written.IntegerOf("lamport"),
            ProtocolVersion: (int)(written["protocolVersion"]?.Integer ?? 0));
        return new ChangeDraft(fields).Complete(new byte[64]);
    }

    private static NodeState? OneByOne(Change[] changes)
    {
        NodeState? state = null;
        for (var i = 0; i < changes.Length; i++)
        {
            state = state is null || NodeMerge.NeedsRefold(state, changes[i])
                ? NodeMerge.Fold(Node, [.. changes.Take(i + 1)])
                : NodeMerge.Add(state, changes[i]);
        }

        return state;
    }

    private static JsonValue Describe(NodeState state) => JsonValue.Object(
        ("properties", state.ToJson()),
        ("timestamps", JsonValue.Object([.. state.Properties.Select(p => KeyValuePair.Create(p.Key, Describe(p.Key, p.Value)))])));

    private static JsonValue Describe(string property, StampedValue value) => JsonValue.Object(
        ("lamport", JsonValue.Of(value.Stamp.Lamport)),
        ("wallTime", JsonValue.Of(value.Stamp.WallTime)),
        ("author", JsonValue.Of(value.Stamp.Author.Value)),
        ("tiebreakKey", value.TiebreakKey(property) is { } key ? JsonValue.Of(key) : null));

    private static IEnumerable<Change[]> Orders(Change[] changes) => changes.Length == 0
        ? [[]]
        : Enumerable.Range(0, changes.Length).SelectMany(first =>
            Orders([.. changes[..first], .. changes[(first + 1)..]]).Select(rest => (Change[])[changes[first], .. rest]));
}
