using Parley.Ids;
using Xunit;

namespace Parley.Nodes;

/// <summary>Who made a node does not depend on what came first, nor on the lamports that others claim.</summary>
[Trait("weak-spot", "W10")]
public sealed class NodeRootTests
{
    private const string Message = """{"channel":"c","content":"hello"}""";

    [Fact]
    public void A_rival_create_with_a_lower_lamport_changes_nothing_of_a_message_whose_id_proves_its_maker()
    {
        var create = Written.Proven(Written.Bob, Message, Schemas.ChatMessage, lamport: 9);
        var rival = Written.By(Written.Ann, create.Node, """{"channel":"elsewhere","content":"mine now"}""", Schemas.ChatMessage, lamport: 1, id: "rival");

        AssertRivalChangesNothing(create, rival);
    }

    [Fact]
    public void A_rival_create_of_another_schema_changes_nothing_either()
    {
        var create = Written.Proven(Written.Bob, Message, Schemas.ChatMessage, lamport: 9);
        var rival = Written.By(Written.Ann, create.Node, """{"title":"a page"}""", Schemas.Page, lamport: 1, id: "rival");

        AssertRivalChangesNothing(create, rival);
    }

    [Fact]
    public void A_rival_create_cannot_move_a_page_nor_become_its_maker()
    {
        var create = Written.Proven(Written.Bob, """{"title":"notes","space":"main"}""", Schemas.Page, lamport: 9);
        var rival = Written.By(Written.Ann, create.Node, """{"title":"gone","space":"elsewhere"}""", Schemas.Page, lamport: 1, id: "rival");

        var state = Merge.Fold(create.Node, [rival, create])!;
        Assert.Equal(Written.Bob, state.Root.Author);
        Assert.Equal("main", state["space"]!.Text);
        Assert.Equal("notes", state["title"]!.Text);
    }

    [Fact]
    public void A_profile_takes_nothing_from_anybody_but_its_subject()
    {
        var node = RoomNames.ProfileNode(Written.Bob);
        var create = Written.By(Written.Bob, node, $$"""{"did":"{{Written.Bob}}","displayName":"Bob"}""", Schemas.Profile, lamport: 5);
        var rival = Written.By(Written.Ann, node, """{"displayName":"Fool"}""", Schemas.Profile, lamport: 1);
        var later = Written.By(Written.Ann, node, """{"displayName":"Fool"}""", Schemas.Profile, lamport: 50, parent: "x");

        AssertRivalChangesNothing(create, rival);
        AssertRivalChangesNothing(create, later);
        Assert.Null(Merge.Fold(node, [rival, later]));
    }

    [Fact]
    public void An_open_channel_takes_no_root_that_its_id_does_not_prove()
    {
        byte[] nonce = [.. Enumerable.Repeat((byte)7, 16)];
        var node = RoomNames.OpenChannel(Written.Bob, nonce, "main");
        var access = RoomNames.OpenChannelProof(Written.Bob, nonce, "main");
        var create = Written.By(
            Written.Bob, node, $$"""{"kind":"channel","name":"plans","space":"main","parley:access":{{access}}}""", Schemas.Channel, lamport: 5);
        var copied = Written.By(
            Written.Ann, node, $$"""{"kind":"channel","name":"mine","space":"main","parley:access":{{access}}}""", Schemas.Channel, lamport: 1);

        Assert.Null(Merge.Fold(node, [copied]));
        var state = Merge.Fold(node, [copied, create])!;
        Assert.Equal(create.Hash, state.Root.Hash);
        Assert.True(state.Root.Proven);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("""{"v":1,"mode":"open","by":"BY","n":"!!!!!!!!!!!!!!!!!!!!!!","space":"main"}""")]
    [InlineData("""{"v":1,"mode":"open","by":"BY","n":"\ud800AAAAAAAAAAAAAAAAAAAAA","space":"main"}""")]
    [InlineData("""{"v":1,"mode":"open","by":"BY","n":"BwcHBwcHBwcHBwcHBwcHBz","space":"main"}""")]
    [InlineData("""{"v":1,"mode":"open","by":"BY","n":"BwcHBwcHBwcHBwcHBwcHBw","space":"elsewhere"}""")]
    [InlineData("""{"v":1,"mode":"private","by":"BY","n":"BwcHBwcHBwcHBwcHBwcHBw","space":"main"}""")]
    public void A_proof_that_is_malformed_or_of_something_else_proves_nothing(string access)
    {
        var node = RoomNames.OpenChannel(Written.Bob, [.. Enumerable.Repeat((byte)7, 16)], "main");
        access = access.Replace("BY", Written.Bob.Value, StringComparison.Ordinal);
        var create = Written.By(Written.Bob, node, $$$"""{"kind":"channel","parley:access":{{{access}}}}""", Schemas.Channel);

        Assert.Null(Merge.Fold(node, [create]));
        Assert.NotNull(Merge.Fold(node, [Written.By(
            Written.Bob, node, $$$"""{"kind":"channel","parley:access":{{{RoomNames.OpenChannelProof(Written.Bob, [.. Enumerable.Repeat((byte)7, 16)], "main")}}}}""", Schemas.Channel)]));
    }

    [Fact]
    public void A_direct_message_is_made_by_its_members_and_by_nobody_else()
    {
        var node = RoomNames.DirectMessage([Written.Ann, Written.Bob]);
        var members = $$"""{"kind":"dm","members":["{{Written.Ann}}","{{Written.Bob}}"]}""";
        var stranger = Written.By(Written.Cem, node, members, Schemas.Channel, lamport: 1);
        var both = new[] { Written.By(Written.Ann, node, members, Schemas.Channel, lamport: 4), Written.By(Written.Bob, node, members, Schemas.Channel, lamport: 3) };

        Assert.Null(Merge.Fold(node, [stranger]));
        Assert.Equal(Written.Bob, Merge.Fold(node, [stranger, .. both])!.Root.Author);
    }

    [Fact]
    public void The_thread_of_a_space_cannot_be_made_in_another_space()
    {
        var node = RoomNames.ThreadOf(new("main"));
        var create = Written.By(Written.Bob, node, """{"kind":"channel","name":"general","target":"main","space":"main"}""", Schemas.Channel, lamport: 8);
        var moved = Written.By(Written.Ann, node, """{"kind":"channel","name":"general","target":"main","space":"elsewhere"}""", Schemas.Channel, lamport: 1);
        var detached = Written.By(Written.Ann, node, """{"kind":"channel","name":"general","space":"elsewhere"}""", Schemas.Channel, lamport: 1);

        var state = Merge.Fold(node, [moved, detached, create])!;
        Assert.Equal(create.Hash, state.Root.Hash);
        Assert.Equal("main", state["space"]!.Text);
    }

    [Fact]
    public void Where_no_create_proves_itself_the_lowest_lamport_author_and_hash_is_the_root_in_every_order()
    {
        var node = new NodeId("made-by-a-reference-peer");
        var people = new[] { Written.Ann, Written.Bob }.Order().ToArray();
        var first = Written.By(people[0], node, """{"title":"a"}""", Schemas.Page, lamport: 3);
        var second = Written.By(people[1], node, """{"title":"b"}""", Schemas.Page, lamport: 3);
        var late = Written.By(people[0], node, """{"title":"c"}""", Schemas.Page, lamport: 4);

        Assert.Equal(first.Hash, Merge.Fold(node, [late, second, first])!.Root.Hash);
        Assert.Equal(first.Hash, Written.OneByOne(node, [late, second, first])!.Root.Hash);
    }

    [Fact]
    [Trait("weak-spot", "W9")]
    public void An_update_that_comes_before_its_create_waits_for_it()
    {
        var create = Written.Proven(Written.Bob, Message, Schemas.ChatMessage);
        var edit = Written.By(
            Written.Bob, create.Node, """{"channel":"c","content":"better"}""", Schemas.ChatMessage, lamport: 2, parent: create.Hash.ToString(), id: "edit");

        Assert.Null(Merge.Fold(create.Node, [edit]));
        Assert.Equal("better", Merge.Fold(create.Node, [edit, create])!["content"]!.Text);
    }

    private static void AssertRivalChangesNothing(Change create, Change rival)
    {
        var alone = Merge.Fold(create.Node, [create]).Describe();
        Assert.Equal(alone, Merge.Fold(create.Node, [create, rival]).Describe());
        Assert.Equal(alone, Merge.Fold(create.Node, [rival, create]).Describe());
        Assert.Equal(alone, Written.OneByOne(create.Node, [create, rival]).Describe());
        Assert.Equal(alone, Written.OneByOne(create.Node, [rival, create]).Describe());
    }
}
