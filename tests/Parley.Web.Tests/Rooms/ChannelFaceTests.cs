using Parley.Access;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Web.Rooms;
using Xunit;

namespace Parley.Web.Tests.Rooms;

public sealed class ChannelFaceTests
{
    private static readonly PersonId Me = People.Ada;
    private static readonly NodeId Pair = RoomNames.DirectMessage([Me, People.Grace]);
    private static readonly NodeId Three = RoomNames.DirectMessage([Me, People.Grace, People.Alan]);
    private static readonly NodeId Secret = DomainRoot.Channel(Me, new byte[DomainRoot.NonceBytes], new NodeId("sp-x"));

    [Fact]
    public void A_channel_is_called_by_its_name_with_a_sign_of_its_kind()
    {
        var open = Of(new NodeId("oc-x"), Node(new NodeId("oc-x"), "plans"));
        var secret = Of(Secret, Node(Secret, "surprise"));

        Assert.Equal((ChannelKind.Open, "#plans", "hash"), (open.Kind, open.Name, open.Icon));
        Assert.Equal((ChannelKind.Private, "#surprise", "lock"), (secret.Kind, secret.Name, secret.Icon));
        Assert.Equal("Message #plans", open.Prompt);
        Assert.Equal(Strings.Untitled, Of(Secret, null).Title);
    }

    [Fact]
    public void A_conversation_is_called_by_its_other_people_and_no_name_changes_that_of_a_pair()
    {
        var pair = Of(Pair, Node(Pair, "Your bank", Me, People.Grace));

        Assert.Equal((ChannelKind.Direct, "Grace Hopper"), (pair.Kind, pair.Title));
        Assert.Equal([People.Grace], pair.Others);
        Assert.Equal("Message Grace Hopper", pair.Prompt);
    }

    [Fact]
    public void Several_may_give_their_conversation_a_name()
    {
        Assert.Equal("Alan and Grace Hopper", Of(Three, Node(Three, null, Me, People.Grace, People.Alan)).Title);
        Assert.Equal((ChannelKind.Group, "Climbing"), Of(Three, Node(Three, "Climbing", Me, People.Grace, People.Alan)) is var named ? (named.Kind, named.Title) : default);
    }

    [Fact]
    public void People_whom_the_id_does_not_prove_are_not_believed()
    {
        var forged = Node(Pair, null, Me, People.Alan);

        Assert.Null(ChannelFace.PeopleOf(Pair, forged));
        Assert.Equal("Grace Hopper", ChannelFace.Of(Pair, forged, [Me, People.Grace], Me, People.NameOf).Title);
    }

    [Fact]
    public void Before_its_node_is_here_the_log_says_who_is_in_it() =>
        Assert.Equal("Grace Hopper", ChannelFace.Of(Pair, null, [Me, People.Grace], Me, People.NameOf).Title);

    private static ChannelFace Of(NodeId id, Node? node) => ChannelFace.Of(id, node, [], Me, People.NameOf);

    private static Node Node(NodeId id, string? name, params PersonId[] members) => new(
        id, Schemas.Channel, RoomNames.Channel(id), Me, 1, 1, Deleted: false,
        JsonValue.Object(("name", name is null ? null : JsonValue.Of(name)), ("members", JsonValue.Array([.. members.Select(m => JsonValue.Of(m.Value))]))),
        "", Delivery.Stored, null, ArrivedLate: false);
}
