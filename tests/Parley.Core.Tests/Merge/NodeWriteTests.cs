using Parley.Json;
using Xunit;

namespace Parley.Nodes;

public sealed class NodeWriteTests
{
    private static readonly Change Page = Written.Proven(Written.Ann, """{"title":"one","icon":"x","space":"main"}""", Schemas.Page);

    [Fact]
    [Trait("weak-spot", "W11")]
    public void A_cleared_property_is_null_everywhere_and_never_absent()
    {
        var clear = Written.By(Written.Bob, Page.Node, """{"icon":null}""", lamport: 2);

        var state = Merge.Fold(Page.Node, [clear, Page])!;
        Assert.Equal(JsonValue.Null, state["icon"]);
        Assert.Equal("""{"icon":null,"space":"main","title":"one"}""", state.ToJson().ToString());
        Assert.Null(state["body"]);
    }

    [Fact]
    [Trait("weak-spot", "W11")]
    public void A_change_that_does_not_mention_a_property_leaves_no_stamp_on_it()
    {
        var other = Written.By(Written.Bob, Page.Node, """{"title":"two"}""", lamport: 9);
        var earlier = Written.By(Written.Cem, Page.Node, """{"icon":"y"}""", lamport: 2);

        var state = Merge.Fold(Page.Node, [Page, other, earlier])!;
        Assert.Equal("y", state["icon"]!.Text);
        Assert.Equal(2, state.Properties["icon"].Stamp.Lamport);
    }

    [Fact]
    [Trait("weak-spot", "W11")]
    public void A_null_competes_like_any_other_value()
    {
        var clear = Written.By(Written.Bob, Page.Node, """{"icon":null}""", lamport: 3);
        var set = Written.By(Written.Cem, Page.Node, """{"icon":"y"}""", lamport: 2);

        Assert.Equal(JsonValue.Null, Merge.Fold(Page.Node, [Page, clear, set])!["icon"]);
    }

    [Theory]
    [Trait("weak-spot", "W2")]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":"hello"}""")]
    [InlineData(Schemas.Reaction, """{"channel":"c","target":"m","reactionType":"emoji","reactor":"did:key:zA","emoji":"x"}""")]
    public void Only_its_author_edits_redacts_or_deletes_what_somebody_said(string schema, string properties)
    {
        var create = Written.Proven(Written.Ann, properties, schema);
        var alone = Merge.Fold(create.Node, [create]).Describe();
        var foreignEdit = Written.By(Written.Bob, create.Node, """{"content":"forged","emoji":"y"}""", schema, lamport: 9, parent: "x");
        var foreignDelete = Written.By(Written.Bob, create.Node, "{}", schema, lamport: 9, deleted: true, parent: "x");
        var ownDelete = Written.By(Written.Ann, create.Node, "{}", schema, lamport: 2, deleted: true, parent: "x");

        Assert.Equal(alone, Merge.Fold(create.Node, [create, foreignEdit, foreignDelete]).Describe());
        Assert.True(Merge.Fold(create.Node, [create, ownDelete, foreignEdit])!.Deleted);
    }

    [Theory]
    [InlineData(Schemas.Channel, "kind", true)]
    [InlineData(Schemas.Channel, "members", true)]
    [InlineData("xnet://xnet.fyi/Task@1.0.0", "kind", false)]
    [InlineData("xnet://xnet.fyi/Task@1.0.0", "space", true)]
    [InlineData(Schemas.ChatMessage, "channel", true)]
    [InlineData(Schemas.Reaction, "target", true)]
    [InlineData(Schemas.Channel, "parley:access", true)]
    [InlineData(Schemas.Page, "createdBy", true)]
    [InlineData(Schemas.Channel, "name", false)]
    [InlineData(Schemas.ChatMessage, "content", false)]
    public void What_decides_where_a_node_lives_and_whose_it_is_cannot_be_written_again(string schema, string property, bool immutable)
    {
        Assert.Equal(immutable, NodeAccess.IsImmutable(schema, property));
        var create = Written.Proven(Written.Ann, $$"""{"{{property}}":"first"}""", schema);
        var later = Written.By(Written.Ann, create.Node, $$"""{"{{property}}":"second"}""", schema, lamport: 9, parent: "x");
        Assert.Equal(immutable ? "first" : "second", Merge.Fold(create.Node, [later, create])![property]!.Text);
    }

    [Fact]
    public void Delete_and_restore_compete_on_their_own_stamp_and_keep_the_properties()
    {
        var delete = Written.By(Written.Bob, Page.Node, "{}", lamport: 2, deleted: true);
        var edit = Written.By(Written.Cem, Page.Node, """{"title":"two"}""", lamport: 5);
        var restore = Written.By(Written.Bob, Page.Node, "{}", lamport: 3, deleted: false);

        Assert.True(Merge.Fold(Page.Node, [Page, edit, delete])!.Deleted);
        Assert.Equal("two", Merge.Fold(Page.Node, [Page, edit, delete])!["title"]!.Text);
        Assert.False(Merge.Fold(Page.Node, [restore, Page, edit, delete])!.Deleted);
    }

    [Fact]
    public void The_latest_wall_time_and_the_highest_change_are_known_whatever_won()
    {
        var losing = Written.By(Written.Bob, Page.Node, """{"title":"two"}""", lamport: 1, wallTime: 9_000);
        var winning = Written.By(Written.Bob, Page.Node, """{"title":"three"}""", lamport: 4, wallTime: 2_000);

        var state = Merge.Fold(Page.Node, [winning, Page, losing])!;
        Assert.Equal(9_000, state.UpdatedAt);
        Assert.Equal(winning.Hash, state.LastHash);
        Assert.Equal("three", state["title"]!.Text);
    }

    [Theory]
    [InlineData("did:key:zAAA", "\"from-zAAA\"", "73010ab0e23109a234b41d0119de3ea296013013032b5cc52dda480aef02050c")]
    [InlineData("did:key:zzzz", "\"from-zzzz\"", "25b8e401e64d009f7dda63a0ead869e262e91bfd2ccdac97692637fb80fcc1ac")]
    [InlineData("did:key:zAAA", null, "40912fc589cdf30e9482f683385077ea78372611621e452094e12a0b14f3d87d")]
    public void The_tiebreak_key_is_the_protocols(string author, string? value, string key) =>
        Assert.Equal(key, Stamp.Key(Ids.PersonId.FromTrusted(author), "title", value is null ? null : JsonReader.Read(value)));

    [Fact]
    public void Changes_of_other_nodes_and_of_unknown_types_are_not_folded()
    {
        var elsewhere = Written.By(Written.Bob, new("another"), """{"title":"x"}""", lamport: 9);
        var state = Merge.Fold(Page.Node, [Page])!;

        Assert.Same(state, Merge.Add(state, elsewhere));
        Assert.Equal(state.Describe(), Merge.Fold(Page.Node, [Page, elsewhere]).Describe());
    }
}
