using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Access;

/// <summary>With every right enforced, at a real hub and on both replicas, everything that may arrive arrives by itself.</summary>
public sealed class DeliveryTests : TwoPeople, IAsyncLifetime
{
    private HubFixture _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await HubFixture.StartAsync();
        await Alice.OpenAsync(hub: _hub.Socket);
        await Bob.OpenAsync(hub: _hub.Socket);
    }

    [Fact]
    [Trait("weak-spot", "W3")]
    [Trait("weak-spot", "W15")]
    public async Task A_conversation_that_the_other_never_opened_is_found_read_and_answered()
    {
        await AccessScene.SpaceOfAsync(Alice, Bob);
        var conversation = await Alice.Client.Channels.OpenDirectAsync([Bob.Id]);
        await Alice.Client.Channels.Open(conversation).SendAsync("shall we?");

        // Bob's client was never told of it and opens nothing.
        await AccessScene.SeesTextsAsync(Bob, conversation, "shall we?");
        await Bob.Client.Channels.Open(conversation).SendAsync("gladly");
        await AccessScene.SeesTextsAsync(Alice, conversation, "shall we?", "gladly");

        // Whoever made it gets the answers after a restart too, with no view of it open.
        await Alice.CloseAsync();
        await Bob.Client.Channels.Open(conversation).SendAsync("when?");
        await Alice.OpenAsync(hub: _hub.Socket);
        await AccessScene.SeesTextsAsync(Alice, conversation, "shall we?", "gladly", "when?");
    }

    [Fact]
    [Trait("weak-spot", "W4")]
    public async Task Edits_redactions_new_topics_and_deletions_reach_the_others()
    {
        var space = await AccessScene.SpaceOfAsync(Alice, Bob);
        var channel = await Alice.Client.Channels.CreatePrivateAsync(space, "plans", [Bob.Id]);
        var chat = Alice.Client.Channels.Open(channel);
        var edited = await chat.SendAsync("Firday");
        var redacted = await chat.SendAsync("a secret");
        var deleted = await chat.SendAsync("a mistake");
        await AccessScene.SeesTextsAsync(Bob, channel, "Firday", "a secret", "a mistake");

        await chat.EditAsync(edited, "Friday");
        await chat.RedactAsync(redacted);
        await Alice.Client.Nodes.WriteAsync([new NodeDraft { Node = deleted, SchemaId = Schemas.ChatMessage, Deleted = true }]);
        await Alice.Client.Nodes.WriteAsync(
            [new NodeDraft { Node = channel, SchemaId = Schemas.Channel, Properties = JsonValue.Object(("topic", JsonValue.Of("where and when"))) }]);

        await AccessScene.SeesTextsAsync(Bob, channel, "Friday", "");
        Assert.True((await Bob.Client.Nodes.FindAsync(redacted))!.Flag("redacted"));
        await Eventually.SeesAsync(() => Bob.Client.Nodes.FindAsync(channel), node => node?.Text("topic") == "where and when");
    }

    [Fact]
    [Trait("weak-spot", "W5")]
    public async Task Reactions_reach_whoever_reads_the_channel()
    {
        var space = await AccessScene.SpaceOfAsync(Alice, Bob);
        var general = RoomNames.ThreadOf(space);
        var message = await AccessScene.GeneralOf(Alice, space).SendAsync("done");
        await AccessScene.SeesTextsAsync(Bob, general, "done");

        await Bob.Client.Nodes.WriteAsync([new NodeDraft
        {
            SchemaId = Schemas.Reaction,
            Properties = JsonValue.Object(
                ("channel", JsonValue.Of(general.Value)), ("target", JsonValue.Of(message.Value)),
                ("reactionType", JsonValue.Of("emoji")), ("reactor", JsonValue.Of(Bob.Id.Value)), ("emoji", JsonValue.Of("🎉"))),
        }]);

        var reactions = NodeQuery.Of(Schemas.Reaction).Where("target", message.Value);
        var seen = await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(reactions), found => found.Count == 1);
        Assert.Equal((Bob.Id, "🎉"), (seen[0].CreatedBy, seen[0].Text("emoji")));
    }

    [Fact]
    [Trait("weak-spot", "W13")]
    public async Task A_stranger_s_first_word_waits_at_the_door_and_comes_in_when_asked()
    {
        var conversation = await Alice.Client.Channels.OpenDirectAsync([Bob.Id]);
        await Alice.Client.Channels.Open(conversation).SendAsync("you do not know me");
        var request = (await Eventually.SeesAsync(Bob.Client.Requests.All, all => all.Count == 1))[0];
        Assert.Empty(await AccessScene.TextsAsync(Bob, conversation));

        await Bob.Client.Requests.AcceptAsync(request);
        await AccessScene.SeesTextsAsync(Bob, conversation, "you do not know me");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _hub.DisposeAsync();
    }
}
