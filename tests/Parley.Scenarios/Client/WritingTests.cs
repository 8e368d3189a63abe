using Parley.Chat;
using Parley.Frames;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Client;

/// <summary>What an own write signs, and what it refuses to.</summary>
public sealed class WritingTests : TwoPeople<FakeParleyHub>
{
    [Fact]
    public async Task Every_change_of_a_message_signs_its_schema_and_its_channel()
    {
        await OpenAsync(Alice);
        var general = await Alice.Client.Channels.EnsureGeneralAsync();
        var chat = Alice.Client.Channels.Open(general);
        var message = await chat.SendAsync("first");
        var second = await chat.SendAsync("second");
        await chat.EditAsync(message, "edited");
        await chat.RedactAsync(message);
        var payloads = await Eventually.SeesAsync(() => Pushed(message), pushed => pushed.Count == 3);
        Assert.All(payloads, payload => Assert.Equal((Schemas.ChatMessage, general.Value), (payload["schemaId"]?.Text, payload["properties"]?["channel"]?.Text)));
        var after = (await Eventually.SeesAsync(() => Pushed(second), pushed => pushed.Count == 1))[0]["properties"]?["parley:after"]?.Text;
        Assert.Equal(message.Value, after);
        var redacted = (await Alice.Client.Nodes.FindAsync(message))!;
        Assert.Equal(("", true, JsonValue.Null), (redacted.Text("content"), redacted.Flag("redacted"), redacted.Properties["mentions"]));
    }

    [Fact]
    public async Task A_batch_has_one_Lamport_time_and_a_mark_each()
    {
        await OpenAsync(Alice);
        await Alice.Client.Nodes.WriteAsync([Page("one"), Page("two"), Page("three")]);
        var changes = await Eventually.SeesAsync(() => Changes(), pushed => pushed.Count == 3);
        Assert.Single(changes.Select(c => c["lamportTime"]!.Integer).Distinct());
        Assert.Single(changes.Select(c => c["batchId"]!.Text).Distinct());
        Assert.Equal([(0L, 3L), (1L, 3L), (2L, 3L)], changes.Select(c => (c["batchIndex"]!.Integer!.Value, c["batchSize"]!.Integer!.Value)));
    }

    [Fact]
    public async Task A_node_made_and_changed_in_one_batch_keeps_its_create()
    {
        await OpenAsync(Alice);
        var id = RoomNames.ThreadOf(new NodeId("some-page"));
        await Alice.Client.Nodes.WriteAsync(
        [
            new() { Node = id, SchemaId = Schemas.Channel, Properties = JsonReader.Read("""{"kind":"channel","name":"thread","target":"some-page"}""") },
            new() { Node = id, SchemaId = Schemas.Channel, Properties = JsonReader.Read("""{"topic":"what it says"}""") },
        ]);
        var changes = await Eventually.SeesAsync(() => Changes(), pushed => pushed.Count == 2);
        Assert.Equal(changes[0]["hash"]!.Text, changes[1]["parentHash"]!.Text);
        Assert.Equal("thread", (await Alice.Client.Nodes.FindAsync(id))!.Text("name"));
    }

    [Fact]
    public async Task Somebody_else_s_message_cannot_be_edited_and_nothing_is_written()
    {
        await OpenAsync(Alice);
        var general = await Alice.Client.Channels.EnsureGeneralAsync();
        var chat = Alice.Client.Channels.Open(general);
        var message = await Bob.MessageAsync(general, "Bob's", lamport: 3);
        Hub.Offer(RoomNames.Channel(general), message);
        await Eventually.SeesAsync(() => Alice.Client.Nodes.FindAsync(message.Node), node => node is not null);
        var failure = await Assert.ThrowsAsync<ParleyException>(() => chat.EditAsync(message.Node, "Alice's"));
        Assert.Equal((ParleyErrorCode.Forbidden, Reason.NotAuthor), (failure.Code, failure.Reason));
        Assert.Equal("Bob's", (await Alice.Client.Nodes.FindAsync(message.Node))!.Text("content"));
        Assert.Equal(ParleyErrorCode.NotFound, (await Assert.ThrowsAsync<ParleyException>(() => chat.RedactAsync(new NodeId("nowhere")))).Code);
    }

    [Theory]
    [InlineData("""{"__proto__":{"x":1},"title":"x"}""")]
    [InlineData("""{"title":"x","mentions":"everybody"}""")]
    [InlineData("""{"title":5}""")]
    [InlineData("{}")]
    public async Task What_other_replicas_would_refuse_is_refused_here(string properties)
    {
        await Alice.OpenAsync();
        var draft = new NodeDraft { SchemaId = Schemas.Page, Properties = Unchecked(properties) };
        var failure = await Assert.ThrowsAsync<ParleyException>(() => Alice.Client.Nodes.WriteAsync([draft]));
        Assert.Equal(ParleyErrorCode.Invalid, failure.Code);
        Assert.Equal(0, await Alice.Client.Nodes.CountAsync(NodeQuery.Of(Schemas.Page)));
    }

    [Fact]
    public async Task A_message_is_trimmed_and_an_empty_or_too_long_one_is_refused()
    {
        await Alice.OpenAsync();
        var chat = Alice.Client.Channels.Open(await Alice.Client.Channels.EnsureGeneralAsync());
        var message = await chat.SendAsync("  words \n");
        Assert.Equal("words", (await Alice.Client.Nodes.FindAsync(message))!.Text("content"));
        foreach (var text in new[] { "", " \n ", new string('x', 10_001) })
        {
            Assert.Equal(ParleyErrorCode.Invalid, (await Assert.ThrowsAsync<ParleyException>(() => chat.SendAsync(text))).Code);
        }
    }

    [Fact]
    [Trait("weak-spot", "W28")]
    public async Task An_edit_keeps_the_mentions_and_an_answer_has_its_own()
    {
        await Alice.OpenAsync();
        var chat = Alice.Client.Channels.Open(await Alice.Client.Channels.EnsureGeneralAsync());
        var message = await chat.SendAsync(new OutgoingMessage("@Bob, when?", new Mentions([Bob.Id.Value])));
        var answer = await chat.SendAsync(new OutgoingMessage("@Bob, here", new Mentions([Bob.Id.Value]), InReplyTo: message));
        await chat.EditAsync(message, "@Bob, when and where?");
        foreach (var id in new[] { message, answer })
        {
            Assert.Equal([Bob.Id.Value], Mentions.Read((await Alice.Client.Nodes.FindAsync(id))!.Properties["mentions"])!.Dids);
        }

        await chat.EditAsync(message, "When and where?", new Mentions([]));
        Assert.Null(Mentions.Read((await Alice.Client.Nodes.FindAsync(message))!.Properties["mentions"]));
    }

    // The reader refuses these names; a program that builds the value itself can still try.
    private static JsonValue Unchecked(string json) => json.StartsWith("{\"__proto__", StringComparison.Ordinal)
        ? JsonValue.Object(("__proto__", JsonValue.EmptyObject), ("title", JsonValue.Of("x")))
        : JsonReader.Read(json);

    private static NodeDraft Page(string title) => new() { SchemaId = Schemas.Page, Properties = JsonValue.Object(("title", JsonValue.Of(title))) };

    private List<JsonValue> Changes() => [.. Hub.Received.ToArray().OfType<ClientFrame.NodeChangeBatch>().SelectMany(b => b.Changes)];

    private List<JsonValue> Pushed(NodeId node) => [.. Changes().Where(c => c["nodeId"]!.Text == node.Value).Select(c => c["payload"]!)];
}
