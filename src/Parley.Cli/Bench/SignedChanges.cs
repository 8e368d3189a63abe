using System.Security.Cryptography;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Cli.Bench;

/// <summary>One author's changes, signed before the clock starts: signing is the client's cost, not the hub's.</summary>
internal sealed class SignedChanges : IDisposable
{
    private readonly long _wallTime = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private long _lamport;

    /// <summary>Whose changes they are.</summary>
    public BenchPerson Author { get; } = new();

    /// <summary>Where reference clients publish everything of theirs.</summary>
    public RoomId Room => RoomNames.Author(Author.Id);

    /// <summary>Nodes that no chat rule touches.</summary>
    public Task<List<byte[]>> PagesAsync(int count) => SignAsync(count, i => (NewNode(), Schemas.Page, JsonValue.Object(
        ("title", JsonValue.Of($"Notes of meeting {i}")),
        ("body", JsonValue.Of("What was said, what was decided, and who does it until when. The rest is in the minutes.")))));

    /// <summary>Messages of one channel.</summary>
    public Task<List<byte[]>> MessagesAsync(int count, NodeId channel) =>
        SignAsync(count, i => (NewNode(), Schemas.ChatMessage, Message(channel, i)));

    /// <summary>The channel that messages need.</summary>
    public async Task<byte[]> ChannelAsync(NodeId channel, string? space = null) => (await SignAsync(1, _ => (channel, Schemas.Channel, JsonValue.Object(
        ("name", JsonValue.Of("Measurements")),
        ("kind", JsonValue.Of("channel")),
        ("space", space is null ? null : JsonValue.Of(space))))))[0];

    /// <summary>An id that nobody has used.</summary>
    public static NodeId NewNode() => new("bench-" + RandomNumberGenerator.GetHexString(22, lowercase: true));

    /// <summary>The properties of a message.</summary>
    public static JsonValue Message(NodeId channel, int number) => JsonValue.Object(
        ("channel", JsonValue.Of(channel.Value)),
        ("content", JsonValue.Of($"Message {number}: shall we meet at the usual place, or is somebody still on the train?")));

    public void Dispose() => Author.Dispose();

    private async Task<List<byte[]>> SignAsync(int count, Func<int, (NodeId Node, string Schema, JsonValue Properties)> make)
    {
        var changes = new List<byte[]>(count);
        for (var i = 0; i < count; i++)
        {
            var (node, schema, properties) = make(i);
            var fields = new ChangeFields(
                RandomNumberGenerator.GetHexString(21), new ChangePayload(node, schema, properties, null), null, Author.Id, _wallTime, ++_lamport);
            changes.Add(ChangeWire.ToBytes(await Author.SignAsync(fields), Room));
        }

        return changes;
    }
}
