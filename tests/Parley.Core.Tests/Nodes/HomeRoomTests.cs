using Parley.Access;
using Parley.Ids;
using Xunit;

namespace Parley.Nodes;

/// <summary>A change is bound to one room by its own signed fields, so that it cannot be replayed into another.</summary>
[Trait("weak-spot", "W22")]
public sealed class HomeRoomTests
{
    private const string Task = "xnet://xnet.fyi/Task@1.0.0";
    private static readonly NodeId Node = new("n1");

    [Theory]
    [InlineData(Schemas.ChatMessage, """{"channel":"c","content":"hi"}""", "xnet-channel-c")]
    [InlineData(Schemas.Reaction, """{"channel":"c","target":"m"}""", "xnet-channel-c")]
    [InlineData(Schemas.ChatMessage, """{"channel":"sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","content":"[membership]"}""", "xnet-workspace-sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData(Schemas.ChatMessage, """{"channel":"sc-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","content":"[membership]"}""", "xnet-channel-sc-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData(Schemas.Channel, """{"kind":"channel","name":"x","space":"main"}""", "xnet-workspace-main")]
    [InlineData(Schemas.Channel, """{"kind":"channel","target":"p","space":"main"}""", "xnet-workspace-main")]
    [InlineData(Schemas.Channel, """{"kind":"channel","space":"main","visibility":"public"}""", "xnet-workspace-main")]
    [InlineData(Schemas.Channel, """{"kind":"channel","space":"main","visibility":"private"}""", "xnet-channel-n1")]
    [InlineData(Schemas.Channel, """{"kind":"channel","name":"x"}""", "xnet-channel-n1")]
    [InlineData(Schemas.Channel, """{"kind":"dm","space":"main"}""", "xnet-channel-n1")]
    [InlineData(Schemas.Page, """{"title":"t","space":"main"}""", "xnet-workspace-main")]
    [InlineData(Schemas.Space, """{"name":"s"}""", "xnet-workspace-n1")]
    [InlineData("xnet://xnet.fyi/Workspace@1.0.0", """{"name":"s"}""", "xnet-workspace-n1")]
    [InlineData(Task, """{"title":"t","space":"s2"}""", "xnet-workspace-s2")]
    [InlineData(Task, """{"title":"t"}""", "AUTHOR")]
    [InlineData(Task, """{"title":"t","space":""}""", "AUTHOR")]
    [InlineData(Schemas.InboxState, """{"owner":"did:key:zB"}""", "AUTHOR")]
    [InlineData(Schemas.Profile, """{"did":"did:key:zB"}""", "profile-AUTHOR")]
    public void A_create_says_where_its_node_lives(string schema, string properties, string room) =>
        Assert.Equal(
            room.Replace("AUTHOR", Written.Ann.Value, StringComparison.Ordinal),
            HomeRoom.Of(Written.By(Written.Ann, Node, properties, schema))?.Value);

    [Fact]
    public void A_derived_id_says_where_its_node_lives_whatever_the_change_holds()
    {
        var dm = RoomNames.DirectMessage([Written.Ann, Written.Bob]);
        Assert.Equal(RoomNames.Channel(dm), HomeRoom.Of(Written.By(Written.Ann, dm, """{"topic":"x"}""", Schemas.Channel, parent: "p")));
        Assert.Equal(RoomNames.Profile(Written.Bob), HomeRoom.Of(Written.By(Written.Ann, RoomNames.ProfileNode(Written.Bob), """{"space":"main"}""")));
        Assert.Equal(RoomNames.Author(Written.Bob), HomeRoom.Of(Written.By(Written.Ann, RoomNames.InboxNode(Written.Bob), "{}")));
    }

    [Fact]
    public void A_private_channel_lives_alone_whatever_its_node_says()
    {
        var node = new NodeId("sc-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        Assert.Equal(RoomNames.Channel(node), HomeRoom.Of(Written.By(Written.Ann, node, """{"kind":"channel","name":"x","space":"sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", Schemas.Channel)));
        Assert.Equal(RoomNames.Channel(node), HomeRoom.Of(Written.By(Written.Ann, node, """{"topic":"x","space":"sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", Schemas.Channel, parent: "p")));
    }

    [Theory]
    [InlineData(Schemas.Page, """{"title":"x","space":"main"}""")]
    [InlineData(Schemas.Space, """{"name":"x"}""")]
    [InlineData(null, """{"content":"x"}""")]
    public void What_takes_the_id_of_a_space_lives_in_it(string? schema, string properties) =>
        Assert.Equal(RoomNames.Space("sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), HomeRoom.Of(Written.By(Written.Bob, new NodeId("sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), properties, schema)));

    /// <summary>A message whose random id happened to begin with <c>dm-</c> was taken for a conversation and lost.</summary>
    [Theory]
    [InlineData("dm-jc9LC61N8bmigE5hI7w")]
    [InlineData("sp-jc9LC61N8bmigE5hI7w")]
    [InlineData("sc-jc9LC61N8bmigE5hI7w")]
    [InlineData("oc-jc9LC61N8bmigE5hI7w")]
    [InlineData("room-9LC61N8bmigE5hI7w")]
    public void A_random_id_that_begins_like_a_derived_one_is_no_derived_one(string id)
    {
        var node = new NodeId(id);
        var message = Written.By(Written.Ann, node, """{"channel":"c","content":"hi"}""", Schemas.ChatMessage);
        Assert.Equal(RoomNames.Channel(new("c")), HomeRoom.Of(message));
        Assert.True(NodeAccess.MayCreate(message));
        Assert.Equal(AccessAction.Create, ChangeRequests.OfRoot(message).Action);
    }

    [Fact]
    public void An_open_channel_lives_in_the_space_that_its_proof_names()
    {
        byte[] nonce = new byte[16];
        var node = RoomNames.OpenChannel(Written.Ann, nonce, "main");
        var create = Written.By(
            Written.Ann, node, $$"""{"kind":"channel","parley:access":{{RoomNames.OpenChannelProof(Written.Ann, nonce, "main")}}}""", Schemas.Channel);

        Assert.Equal(RoomNames.Space("main"), HomeRoom.Of(create));
        Assert.Null(HomeRoom.Of(Written.By(Written.Ann, node, """{"topic":"x","space":"elsewhere"}""", Schemas.Channel, parent: "p")));
    }

    [Theory]
    [InlineData(Schemas.Channel, """{"topic":"x"}""")]
    [InlineData(Schemas.Channel, """{"archived":true,"kind":"channel"}""")]
    [InlineData(Schemas.Page, """{"title":"x"}""")]
    [InlineData(null, """{"content":"x"}""")]
    [InlineData(null, "{}")]
    public void An_update_that_does_not_say_leaves_it_to_the_create(string? schema, string properties) =>
        Assert.Null(HomeRoom.Of(Written.By(Written.Ann, Node, properties, schema, parent: "p")));

    [Fact]
    public void An_edit_that_names_its_channel_is_bound_to_it_even_before_its_create_is_known() =>
        Assert.Equal(
            RoomNames.Channel(new("c")),
            HomeRoom.Of(Written.By(Written.Ann, Node, """{"channel":"c","content":"x"}""", Schemas.ChatMessage, parent: "p")));
}
