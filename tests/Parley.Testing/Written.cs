using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Testing;

/// <summary>Signed changes with everything chosen by the test.</summary>
public static class Written
{
    private static int _ids;

    /// <summary>A message's create with a proven node id.</summary>
    public static async Task<Change> MessageAsync(
        this Person author, NodeId channel, string text, long lamport, long? wallTime = null, NodeId? after = null)
    {
        ArgumentNullException.ThrowIfNull(author);
        var id = "test-change-" + Interlocked.Increment(ref _ids);
        var properties = JsonValue.Object(
            ("channel", JsonValue.Of(channel.Value)), ("content", JsonValue.Of(text)),
            (Chat.TimelinePosition.AfterProperty, after is { } node ? JsonValue.Of(node.Value) : null));
        return await author.SignAsync(new(
            id, new(NodeProof.IdFor(author.Id, id), Schemas.ChatMessage, properties, null), null, author.Id, wallTime ?? Now, lamport));
    }

    /// <summary>A change of any node; a parent is claimed unless it is to be a first change.</summary>
    public static Task<Change> ChangeAsync(
        this Person author, NodeId node, string? schema, string properties, long lamport, long? wallTime = null, bool first = false, bool? deleted = null) =>
        (author ?? throw new ArgumentNullException(nameof(author))).SignAsync(new(
            "test-change-" + Interlocked.Increment(ref _ids), new(node, schema, JsonReader.Read(properties), deleted),
            first ? null : "cid:blake3:" + new string('0', 64), author.Id, wallTime ?? Now, lamport));

    /// <summary>Signs fields.</summary>
    public static async Task<Change> SignAsync(this Person author, ChangeFields fields)
    {
        ArgumentNullException.ThrowIfNull(author);
        var draft = new ChangeDraft(fields);
        return draft.Complete((await author.Signer.SignAsync(new[] { draft.BytesToSign }))[0]);
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
