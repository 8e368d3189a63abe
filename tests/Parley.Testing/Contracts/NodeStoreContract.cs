using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Storage;
using Xunit;

namespace Parley.Testing.Contracts;

/// <summary>What the store of nodes keeps over every driver. Derive, and say how a driver is opened.</summary>
public abstract class NodeStoreContract
{
    /// <summary>Opens a driver over an empty database.</summary>
    protected abstract Task<ISqlDriver> OpenAsync();

    /// <summary>Runs a case with a client that is closed after it.</summary>
    protected virtual async Task WithStoreAsync(Func<NodeStore, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        await using var alice = new Person("Alice");
        await alice.OpenAsync(await OpenAsync());
        await work(alice.Client.Nodes);
    }

    [Fact]
    public Task Nodes_of_any_schema_are_found_by_one_question() => WithStoreAsync(async nodes =>
    {
        var written = await nodes.WriteAsync([Page("First"), Message("c1", "one"), Page("Second")]);
        var pages = await nodes.FindAsync(NodeQuery.Of(Schemas.Page));
        Assert.Equal(["First", "Second"], pages.Select(p => p.Text("title")));
        Assert.Equal([written[0], written[2]], pages.Select(p => p.Id));
        Assert.Equal("one", (await nodes.FindAsync(NodeQuery.Of(Schemas.ChatMessage).Where("channel", "c1"))).Single().Text("content"));
        Assert.Equal(2, await nodes.CountAsync(NodeQuery.Of(Schemas.Page)));
        Assert.Equal("First", (await nodes.FindAsync(written[0]))!.Text("title"));
        Assert.Null(await nodes.FindAsync(new NodeId("nowhere")));
    });

    public static TheoryData<Comparison, string, string> Questions => new()
    {
        { Comparison.Is, "\"b\"", "b" },
        { Comparison.Is, "2", "two" },
        { Comparison.Is, "null", "none cleared" },
        { Comparison.Is, "true", "yes" },
        { Comparison.IsNot, "true", "a b two five list none cleared" },
        { Comparison.IsNot, "\"b\"", "a two five yes list none cleared" },
        { Comparison.Below, "\"b\"", "a" },
        { Comparison.Above, "\"a\"", "b" },
        { Comparison.Below, "5", "two" },
        { Comparison.Above, "2", "five" },
        { Comparison.Contains, "\"red\"", "list" },
        { Comparison.Contains, "7", "list" },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public Task A_condition_holds_for_exactly_the_right_nodes(Comparison comparison, string value, string expected) => WithStoreAsync(async nodes =>
    {
        var written = await nodes.WriteAsync([Thing("a", "\"a\""), Thing("b", "\"b\""), Thing("two", "2"), Thing("five", "5.0"), Thing("yes", "true"), Thing("list", "[\"red\",7]"), Thing("none", null), Thing("cleared", "1")]);
        await nodes.WriteAsync([new() { Node = written[^1], SchemaId = ThingSchema, Properties = JsonReader.Read("""{"value":null}""") }]);
        var found = await nodes.FindAsync(NodeQuery.Of(ThingSchema).Where("value", comparison, JsonReader.Read(value)));
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), found.Select(n => n.Text("name")!).Order(StringComparer.Ordinal));
    });

    [Fact]
    public Task Order_and_limit_are_kept_in_both_directions() => WithStoreAsync(async nodes =>
    {
        await nodes.WriteAsync([Thing("b", "2"), Thing("c", "10"), Thing("a", "1")]);
        async Task<string> NamesAsync(NodeQuery query) => string.Concat((await nodes.FindAsync(query)).Select(n => n.Text("name")));
        Assert.Equal("abc", await NamesAsync(NodeQuery.Of(ThingSchema).OrderBy("name")));
        Assert.Equal("cb", await NamesAsync(NodeQuery.Of(ThingSchema).OrderBy("value", descending: true).Take(2)));
        Assert.Equal("bca", await NamesAsync(NodeQuery.Of(ThingSchema)));
        Assert.Equal("ac", await NamesAsync(NodeQuery.Of(ThingSchema).OrderBy(NodeOrder.Timeline, descending: true).Take(2)));
    });

    [Fact]
    public Task Pages_upwards_and_downwards_meet_without_gap_or_double() => WithStoreAsync(async nodes =>
    {
        var query = NodeQuery.Of(Schemas.ChatMessage).Where("channel", "c1");
        await nodes.WriteAsync([.. Enumerable.Range(0, 25).Select(i => Message("c1", $"m{i}"))]);
        for (var i = 25; i < 40; i++)
        {
            await nodes.WriteAsync([Message("c1", $"m{i}")]);
        }

        List<Node> upwards = [];
        string? before = null;
        while (await nodes.FindAsync(query.OrderBy(NodeOrder.Timeline, descending: true).Take(7) with { Before = before }) is { Count: > 0 } page)
        {
            upwards.AddRange(page);
            before = page[^1].SortKey;
        }

        List<Node> downwards = [];
        string? after = null;
        while (await nodes.FindAsync(query.Take(7) with { After = after }) is { Count: > 0 } page)
        {
            downwards.AddRange(page);
            after = page[^1].SortKey;
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"m{i}"), downwards.Select(m => m.Text("content")));
        Assert.Equal(downwards, upwards.AsEnumerable().Reverse());
    });

    [Fact]
    public Task A_deleted_node_is_shown_only_where_it_is_asked_for_and_can_be_restored() => WithStoreAsync(async nodes =>
    {
        var page = (await nodes.WriteAsync([Page("Gone")]))[0];
        await nodes.WriteAsync([new() { Node = page, SchemaId = Schemas.Page, Deleted = true }]);
        Assert.Empty(await nodes.FindAsync(NodeQuery.Of(Schemas.Page)));
        Assert.True((await nodes.FindAsync(NodeQuery.Of(Schemas.Page) with { IncludeDeleted = true })).Single().Deleted);
        await nodes.WriteAsync([new() { Node = page, SchemaId = Schemas.Page, Deleted = false }]);
        Assert.Equal("Gone", (await nodes.FindAsync(NodeQuery.Of(Schemas.Page))).Single().Text("title"));
    });

    [Fact]
    public Task A_batch_with_one_bad_draft_writes_nothing() => WithStoreAsync(async nodes =>
    {
        var failure = await Assert.ThrowsAsync<ParleyException>(() => nodes.WriteAsync([Page("Good"), Page(new string('x', 501))]));
        Assert.Equal(ParleyErrorCode.Invalid, failure.Code);
        Assert.Contains("title", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, await nodes.CountAsync(NodeQuery.Of(Schemas.Page)));
    });

    [Fact]
    public Task A_live_answer_follows_what_is_written_and_keeps_what_did_not_change() => WithStoreAsync(async nodes =>
    {
        await nodes.WriteAsync([Page("First")]);
        using var pages = nodes.Watch(NodeQuery.Of(Schemas.Page));
        await pages.Ready;
        var first = Assert.Single(pages.Value);
        await nodes.WriteAsync([Page("Second")]);
        var both = await Eventually.SeesAsync(pages, rows => rows.Count == 2);
        Assert.Same(first, both.Single(page => page.Id == first.Id)); // two pages of one millisecond stand in the order of their hashes
        pages.Query = pages.Query.Take(1);
        await Eventually.SeesAsync(pages, rows => rows.Count == 1);
    });

    [Fact]
    public Task Any_text_survives() => WithStoreAsync(async nodes =>
    {
        const string Odd = "quote \" slash \\ nul \0 astral 😀 right-to-left עברית line \u2028 end";
        var page = (await nodes.WriteAsync([Page(Odd)]))[0];
        Assert.Equal(Odd, (await nodes.FindAsync(page))!.Text("title"));
        Assert.Equal(page, Assert.Single(await nodes.FindAsync(NodeQuery.Of(Schemas.Page).Where("title", Odd))).Id);
        Assert.Empty(await nodes.FindAsync(NodeQuery.Of(Schemas.Page).Where("title", "'; DROP TABLE node; --")));
    });

    private const string ThingSchema = "xnet://example.org/Thing@1.0.0";

    private static NodeDraft Page(string title) => new() { SchemaId = Schemas.Page, Properties = JsonValue.Object(("title", JsonValue.Of(title))) };

    private static NodeDraft Message(string channel, string text) => new()
    {
        SchemaId = Schemas.ChatMessage,
        Properties = JsonValue.Object(("channel", JsonValue.Of(channel)), ("content", JsonValue.Of(text))),
    };

    private static NodeDraft Thing(string name, string? value) => new()
    {
        SchemaId = ThingSchema,
        Properties = JsonValue.Object(("name", JsonValue.Of(name)), ("value", value is null ? null : JsonReader.Read(value))),
    };
}
