using System.Security.Cryptography;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Native.Identity;
using Parley.Nodes;

namespace Parley.Cli.Bench;

/// <summary>One author's changes, signed before the clock starts: signing is the client's cost, not the hub's.</summary>
internal sealed class SignedChanges : IDisposable
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(12);

    private readonly SodiumSigner _signer = new(RandomNumberGenerator.GetBytes(32));
    private readonly long _wallTime = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly string _nonce = RandomNumberGenerator.GetHexString(16);
    private long _lamport;
    private UcanToken? _token;

    public PersonId Author => _signer.Person;

    /// <summary>Where reference clients publish everything of theirs.</summary>
    public RoomId Room => RoomNames.Author(Author);

    /// <summary>
    /// What proves to a hub that a socket is this author's. One for all of them: making it is the client's cost, not the hub's.
    /// </summary>
    public async ValueTask<UcanToken> TokenAsync(Uri hub)
    {
        if (_token is null)
        {
            var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(_wallTime) + TokenLifetime;
            var draft = HubToken.Draft(Author, HubAudience.Of(hub), expiresAt, _nonce);
            _token = draft.Complete((await _signer.SignAsync(new[] { draft.BytesToSign }))[0]);
        }

        return _token;
    }

    /// <summary>Nodes that no chat rule touches.</summary>
    public Task<List<byte[]>> PagesAsync(int count) => SignAsync(count, i => (NewNode(), Schemas.Page, JsonValue.Object(
        ("title", JsonValue.Of($"Notes of meeting {i}")),
        ("body", JsonValue.Of("What was said, what was decided, and who does it until when. The rest is in the minutes.")))));

    /// <summary>Messages of one channel.</summary>
    public Task<List<byte[]>> MessagesAsync(int count, NodeId channel) => SignAsync(count, i => (NewNode(), Schemas.ChatMessage, JsonValue.Object(
        ("channel", JsonValue.Of(channel.Value)),
        ("content", JsonValue.Of($"Message {i}: shall we meet at the usual place, or is somebody still on the train?")))));

    /// <summary>The channel that messages need.</summary>
    public async Task<byte[]> ChannelAsync(NodeId channel) => (await SignAsync(1, _ => (channel, Schemas.Channel, JsonValue.Object(
        ("name", JsonValue.Of("Measurements")),
        ("kind", JsonValue.Of("channel"))))))[0];

    /// <summary>An id that nobody has used.</summary>
    public static NodeId NewNode() => new("bench-" + RandomNumberGenerator.GetHexString(22, lowercase: true));

    public void Dispose() => _signer.Dispose();

    private async Task<List<byte[]>> SignAsync(int count, Func<int, (NodeId Node, string Schema, JsonValue Properties)> make)
    {
        var drafts = new ChangeDraft[count];
        var messages = new ReadOnlyMemory<byte>[count];
        for (var i = 0; i < count; i++)
        {
            var (node, schema, properties) = make(i);
            drafts[i] = new ChangeDraft(new ChangeFields(
                RandomNumberGenerator.GetHexString(21), new ChangePayload(node, schema, properties, null), null, Author, _wallTime, ++_lamport));
            messages[i] = drafts[i].BytesToSign;
        }

        var signatures = await _signer.SignAsync(messages);
        return [.. drafts.Zip(signatures, (draft, signature) => ChangeWire.ToBytes(draft.Complete(signature), Room))];
    }
}
