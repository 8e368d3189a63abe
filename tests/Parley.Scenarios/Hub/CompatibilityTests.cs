using Parley.Access;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Hub;

/// <summary>
/// A reference client: its token gives itself everything, it knows nothing of logs or acknowledgements, and it publishes what it makes
/// into its author's room.
/// </summary>
public sealed class CompatibilityTests : IDisposable
{
    private readonly AccessStory _story = new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    public void Dispose() => _story.Dispose();

    [Fact]
    [Trait("weak-spot", "W1")]
    public async Task It_uses_its_own_room_and_what_names_it_and_nothing_else()
    {
        await using var hub = await HubFixture.StartAsync();
        var (ann, bob, cat) = (_story.Ann, _story.Bob, _story.Cat);
        await using var parley = await HubClient.JoinAsync(hub, ann.Did);
        var withLog = _story.Channel(ann, out var root);
        var foreign = _story.Channel(ann, out var foreignRoot);
        await AccessStory.StoreAsync(
            parley, _story.Root, root, foreignRoot,
            _story.Do(ann, _story.Space, drafts => drafts.Grant(bob.Person, AccessRole.Member)),
            _story.Do(ann, withLog, drafts => drafts.Grant(bob.Person, AccessRole.Member)));

        await using var reference = await HubClient.ShowAsync(hub, Tokens.With(bob, hub, [new("*", "*")]).Text);
        await reference.SendAsync(ClientFrames.Handshake(bob.Did, []));

        // Its own room holds what belongs there.
        var inbox = bob.CreateUnproven($"inbox-state-{bob.Did}", Schemas.InboxState);
        await PublishedAsync(reference, parley: null, bob, inbox, bob.Did);

        // The channel whose log names it.
        await PublishedAsync(reference, parley, bob, AfterAllThat(bob, withLog.Domain, "by the log"), RoomNames.Channel(withLog.Domain).Value);

        // The conversation that nobody made a log for, whose members name it, and which it makes itself.
        var dm = RoomNames.DirectMessage([ann.Person, bob.Person]);
        var members = JsonValue.Array([JsonValue.Of(ann.Did), JsonValue.Of(bob.Did)]);
        var dmRoom = RoomNames.Channel(dm).Value;
        await PublishedAsync(reference, parley, bob, bob.CreateUnproven(dm.Value, Schemas.Channel, ("kind", JsonValue.Of("dm")), ("members", members)), dmRoom);
        await PublishedAsync(reference, parley, bob, bob.Message(dm.Value, "by its members"), dmRoom);

        // And nothing else: a channel of the same space that is not its own, another pair's conversation, somebody's own room.
        var others = RoomNames.DirectMessage([ann.Person, cat.Person]);
        await NotTakenAsync(reference, parley, bob, bob.Message(foreign.Domain.Value, "let me in"), RoomNames.Channel(foreign.Domain).Value);
        await using (var third = await HubClient.JoinAsync(hub, cat.Did))
        {
            await AccessStory.StoreAsync(third, cat.CreateUnproven(
                others.Value, Schemas.Channel, ("kind", JsonValue.Of("dm")), ("members", JsonValue.Array([JsonValue.Of(ann.Did), JsonValue.Of(cat.Did)]))));
        }

        await NotTakenAsync(reference, parley, bob, bob.Message(others.Value, "me too"), RoomNames.Channel(others).Value);
        foreach (var room in new[] { RoomNames.Channel(foreign.Domain).Value, RoomNames.Channel(others).Value, ann.Did })
        {
            Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(reference, room));
        }
    }

    // As reference clients do: into the author's room; the hub files it where it belongs, and whoever belongs there reads it.
    private static async Task PublishedAsync(HubClient from, HubClient? parley, Author author, Change change, string home)
    {
        await from.SendAsync(Author.Frame(change, author.Did));
        Assert.DoesNotContain(await from.ReadUntilPongAsync(), static frame => frame["type"]!.Text == "node-error");
        Assert.Contains(change.Hash.ToString(), await AccessStory.PageAsync(from, home));
        if (parley is not null)
        {
            Assert.Contains(change.Hash.ToString(), await AccessStory.PageAsync(parley, home));
        }
    }

    // Without a word of which operations it knew, its Lamport time alone says that its author had read them.
    private static Change AfterAllThat(Author author, NodeId channel, string text)
    {
        var id = author.NextId();
        var fields = author.Fields(id, NodeProof.IdFor(author.Person, id), Schemas.ChatMessage, null, ("channel", JsonValue.Of(channel.Value)), ("content", JsonValue.Of(text)));
        return author.Sign(fields with { Lamport = 100 });
    }

    // Refused, or kept aside until a log would allow it: whoever may read the room does not get it.
    private static async Task NotTakenAsync(HubClient from, HubClient member, Author author, Change change, string home)
    {
        await from.SendAsync(Author.Frame(change, author.Did));
        await from.ReadUntilPongAsync();
        var page = await AccessStory.PageAsync(member, home);
        Assert.NotEmpty(page);
        Assert.DoesNotContain(change.Hash.ToString(), page);
    }
}
